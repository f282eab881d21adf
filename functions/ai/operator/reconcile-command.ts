import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { openWorkQueue } from '../../../shared/clients/work-queue.ts';
import { type Print, UsageError } from '../../../shared/config/command-line.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import type { KnowledgeMessage } from '../../../shared/models/knowledge-message.ts';
import { OperatorError, runOperatorCommand } from '../../../shared/operator/operator-command.ts';
import { asTable } from '../../../shared/operator/text-table.ts';
import { openReconciliationReports, type ReconciliationReport } from '../repositories/reconciliation-reports.ts';
import { findQueues, findTarget } from './target.ts';

const HELP = `Compares Postgres, vector index and library of every creator, mends what differs, and prints what was found.

  npm run reconcile                     on the local host that runs on UNDERSTUDY_DATA (.local)
  npm run reconcile -- --creator <id>   of one creator
  npm run reconcile -- --no-wait        only puts the work on the queue
  npm run reconcile -- --wait 600       waits so many seconds at most (300)
  npm run reconcile -- --aws --stack understudy-prod
                                        on AWS: wants the stack's name, and takes AI_DATABASE_URL besides the AWS
                                        variables

Postgres is right: missing vectors are made anew under the same ids, vectors and originals that nobody owns are
removed, documents whose original is gone are named. Repeating it is safe.
`;

const CREATORS_PER_PAGE = 500;

const OPTIONS = {
  creator: { type: 'string' },
  wait: { type: 'string' },
  'no-wait': { type: 'boolean' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
} as const;

/** What `npm run reconcile` does; returns the exit code. */
export function reconcileCommand(args: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  return runOperatorCommand(args, print, {
    call: 'npm run reconcile',
    help: HELP,
    options: OPTIONS,
    run: async (values) => {
      if (values.creator && !z.uuid().safeParse(values.creator).success) {
        throw new UsageError('--creator takes an id');
      }
      const waitSeconds = values['no-wait'] ? 0 : Number(values.wait ?? 300);
      if (!(waitSeconds >= 0)) throw new UsageError('--wait takes seconds');
      return reconcile(env, { ...values, waitSeconds }, print);
    },
  });
}

interface Options {
  readonly aws?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly creator?: string | undefined;
  readonly waitSeconds: number;
}

async function reconcile(env: NodeJS.ProcessEnv, options: Options, print: Print): Promise<number> {
  const target = await findTarget(env, options);
  const { sqs, databaseUrl, name } = target;
  if (!databaseUrl) throw new OperatorError('Set AI_DATABASE_URL to the address that ai logs in with.');
  const ingest = (await findQueues(target)).find((pair) => /ingest/i.test(pair.name));
  if (!ingest) throw new OperatorError(`There is no ingest queue at ${name}.`);
  const queue = openWorkQueue(ingest.url, (entry) => sqs.send(new SendMessageCommand(entry)));
  const pool = openPool(databaseUrl, { maxConnections: 2 });
  const reports = openReconciliationReports(pool, openTenantDatabase(pool));
  try {
    if (options.creator && !(await reports.isCreator(options.creator))) {
      print('There is no such creator.');
      return 2;
    }
    const began = await reports.now();
    const creators = options.creator ? [options.creator] : await reports.creators(CREATORS_PER_PAGE);
    for (const creator_id of creators) {
      const message: KnowledgeMessage = { kind: 'knowledge.reconcile', creator_id };
      await queue.send(message, { groupId: creator_id });
    }
    print(`${creators.length} sent`);
    if (options.waitSeconds === 0) return 0;
    const found = await collect(creators, (id) => reports.finishedSince(id, began), options.waitSeconds * 1_000);
    print(asTable([['creator', 'passages', 'restored', 'strays', 'files', 'originals lost'], ...found.map(toRow)]));
    for (const report of found) for (const id of report.lostOriginals) print(`original lost: document ${id}`);
    const missing = creators.length - found.length;
    if (missing > 0) print(`${missing} not done yet; the sweeper goes on with them`);
    return missing > 0 ? 3 : 0;
  } finally {
    await pool.end();
  }
}

async function collect(
  creators: readonly string[],
  look: (creatorId: string) => Promise<ReconciliationReport | undefined>,
  waitMs: number,
): Promise<ReconciliationReport[]> {
  const until = Date.now() + waitMs;
  const open = new Set(creators);
  const found: ReconciliationReport[] = [];
  while (open.size > 0 && Date.now() < until) {
    for (const creatorId of open) {
      const report = await look(creatorId);
      if (!report) continue;
      found.push(report);
      open.delete(creatorId);
    }
    if (open.size > 0) await sleep(500);
  }
  return found;
}

function toRow({ creatorId, counts }: ReconciliationReport): string[] {
  const { passages, restored, strays, files, lost } = counts;
  return [creatorId, ...[passages, restored, strays, files, lost].map(String)];
}

if (import.meta.main) {
  process.exitCode = await reconcileCommand(process.argv.slice(2), process.env, (line) => console.log(line));
}
