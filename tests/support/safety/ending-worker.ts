import { openIngest } from '../../../functions/ai/ingest-composition.ts';
import { handleIngestMessage } from '../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import type { IngestTools } from '../../../functions/ai/use-cases/ingest/ingest-tools.ts';
import { AiEnv, readEnv } from '../../../shared/config/env-constants.ts';

// The ingest as a process: handles the message given as its argument, and ends itself by SIGKILL before or after one
// step (END_AT, as `before files.storeOriginal 1`). Prints the steps it took otherwise.

const endAt = process.env.END_AT;
const counts = new Map<string, number>();

function reach(moment: 'before' | 'after', step: string): void {
  if (endAt === `${moment} ${step}`) process.kill(process.pid, 'SIGKILL');
}

/** Every call of a tool is a step, named by the tool, the method and how often it was called. */
function watched<T extends object>(name: string, tool: T): T {
  const wrap =
    (method: string, call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const count = (counts.get(`${name}.${method}`) ?? 0) + 1;
      counts.set(`${name}.${method}`, count);
      const step = `${name}.${method} ${count}`;
      reach('before', step);
      const result = call.apply(tool, args);
      if (result instanceof Promise) return result.finally(() => reach('after', step));
      reach('after', step);
      return result;
    };
  const entries = Object.entries(tool).map(([method, value]) => [
    method,
    typeof value === 'function' ? wrap(method, value as (...args: unknown[]) => unknown) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

const real = openIngest(readEnv(AiEnv));
const tools: IngestTools = {
  ...real,
  database: watched('database', real.database),
  files: watched('files', real.files),
  extractor: watched('extractor', real.extractor),
  models: watched('models', real.models),
  vectors: watched('vectors', real.vectors),
  traces: watched('traces', real.traces),
};
await handleIngestMessage(tools, process.argv[2] ?? '');
const steps = [...counts].flatMap(([name, count]) => Array.from({ length: count }, (_, n) => `${name} ${n + 1}`));
process.stdout.write(JSON.stringify(steps), () => process.exit(0));
