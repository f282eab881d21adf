import { parseArgs } from 'node:util';
import { FAULTS } from './list-faults.ts';
import { failuresWithoutFault, type Trial, tryFault } from './try-fault.ts';

// The command behind `npm run test:faults`: shows that the tests of safety notice what they are there for.

const HELP = `Plants deliberate faults, one at a time, in a copy of the tree, and runs the tests that should notice.

  npm run test:faults                 every fault; some minutes
  npm run test:faults -- refresh GCM  those whose name contains one of the words
  npm run test:faults -- --list       the faults and their tests
  npm run test:faults -- --help       prints this

Ends with a table: fault, caught or not, by which test. Exits with 1 when a fault was not caught, when a fault no longer
applies to the code, or when the tests fail without any fault.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, list: { type: 'boolean' } },
});
const isWanted = ({ name }: { name: string }) =>
  positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word.toLowerCase()));

async function main(): Promise<boolean> {
  const faults = FAULTS.filter(isWanted);
  if (faults.length === 0) throw new RangeError('no fault has such a name; --list names them');
  const broken = await failuresWithoutFault([...new Set(faults.flatMap(({ tests }) => tests))]);
  if (broken.length > 0) {
    console.error(`without any fault these fail already:\n${broken.join('\n')}`);
    return false;
  }
  const trials: Trial[] = [];
  for (const fault of faults) {
    const trial = await tryFault(fault).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      return { name: fault.name, caught: false, by: error.message };
    });
    trials.push(trial);
    console.log(`${trial.caught ? 'caught    ' : 'NOT CAUGHT'}  ${trial.name}\n            ${trial.by}`);
  }
  const missed = trials.filter(({ caught }) => !caught);
  console.log(`\n${trials.length - missed.length} of ${trials.length} faults were caught`);
  return missed.length === 0;
}

if (values.help) {
  console.log(HELP);
} else if (values.list) {
  for (const { name, tests } of FAULTS) console.log(`${name}\n    ${tests.join('\n    ')}`);
} else {
  process.exitCode = (await main()) ? 0 : 1;
}
