import { runProgram, UsageError } from '../../../../shared/config/command-line.ts';
import type { Fault } from './fault.ts';
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

/** Those whose name contains one of the words; without words all. */
function choose(words: readonly string[]): readonly Fault[] {
  const isMeant = (name: string) => words.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  const faults = FAULTS.filter(({ name }) => words.length === 0 || isMeant(name));
  if (faults.length === 0) throw new UsageError(`no fault is called ${words.join(' ')}; --list names them`);
  return faults;
}

async function plant(faults: readonly Fault[]): Promise<boolean> {
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

await runProgram({
  call: 'npm run test:faults',
  help: HELP,
  options: { list: { type: 'boolean' } },
  mostWords: Number.POSITIVE_INFINITY,
  run: async ({ list }, words) => {
    if (!list) return (await plant(choose(words))) ? 0 : 1;
    for (const { name, tests } of FAULTS) console.log(`${name}\n    ${tests.join('\n    ')}`);
    return 0;
  },
});
