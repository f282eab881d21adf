import { type Print, UsageError } from '../../../shared/config/command-line.ts';
import { OperatorError, runOperatorCommand } from '../../../shared/operator/operator-command.ts';
import { asTable } from '../../../shared/operator/text-table.ts';
import { countDeadLetters, redriveQueue } from './redrive-queue.ts';
import { findQueues, findTarget } from './target.ts';

const HELP = `Moves messages that were given up back to their queues, to be tried again.

  npm run redrive                       of the local host that runs on UNDERSTUDY_DATA (.local)
  npm run redrive -- --dry-run          only counts
  npm run redrive -- --max 50           at most so many of each queue (1000)
  npm run redrive -- --aws --stack understudy-prod
                                        of that stack in the account that the AWS variables name; AWS_ENDPOINT_URL
                                        does the same for anything that speaks its API. Wants --stack, for an account
                                        may hold other queues

Repeating it is safe: work that is done, or that somebody works on, is left alone.
`;

const OPTIONS = {
  'dry-run': { type: 'boolean' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
  max: { type: 'string' },
} as const;

/** What `npm run redrive` does; returns the exit code. */
export function redriveCommand(args: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  return runOperatorCommand(args, print, {
    call: 'npm run redrive',
    help: HELP,
    options: OPTIONS,
    run: async (values) => {
      const max = readMax(values.max);
      const target = await findTarget(env, values);
      const { sqs, name } = target;
      const rows = [['queue', 'given up', values['dry-run'] ? 'would move' : 'moved']];
      for (const pair of await findQueues(target)) {
        const waiting = await countDeadLetters(sqs, pair);
        const wanted = Math.min(waiting, max);
        const moved = values['dry-run'] || wanted === 0 ? wanted : await redriveQueue(sqs, pair, wanted);
        rows.push([pair.name, String(waiting), String(moved)]);
      }
      if (rows.length === 1) throw new OperatorError(`There is no queue with a dead-letter queue at ${name}.`);
      print(asTable(rows));
      return 0;
    },
  });
}

function readMax(text = '1000'): number {
  const max = Number(text);
  if (!Number.isInteger(max) || max < 1 || max > 100_000) throw new UsageError('--max takes 1 to 100000');
  return max;
}

if (import.meta.main) {
  process.exitCode = await redriveCommand(process.argv.slice(2), process.env, (line) => console.log(line));
}
