import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFunctionLog } from '../../../../../infra/local/functions/function-log.ts';
import { type HostedFunction, hostFunction } from '../../../../../infra/local/functions/hosted-function.ts';
import type { FunctionModel } from '../../../../../infra/local/template/stack-model.ts';
import { until } from '../../../../support/until.ts';

const CODE = `
let count = 0;
export const handler = async (event, context) => {
  count += 1;
  switch (event.do) {
    case 'env': return { ...process.env };
    case 'context': return { id: context.awsRequestId, name: context.functionName, left: context.getRemainingTimeInMillis() };
    case 'count': return count;
    case 'throw': throw new RangeError('as asked');
    case 'wait': await new Promise((resolve) => setTimeout(resolve, event.ms)); return 'waited';
    case 'spin': for (;;);
    case 'exit': process.exit(3);
    case 'crash': setTimeout(() => { throw new Error('out of nowhere'); }); return new Promise(() => {});
    case 'hoard': { const kept = []; for (;;) kept.push(new Array(1e5).fill(Math.random())); }
    case 'say': console.log('a line for the log'); return undefined;
  }
};`;

/** Long enough for what answers at once, on however busy a machine. */
const TIMEOUT_MS = 3_000;

let folder: string;
let hosted: HostedFunction;
const failures: string[] = [];

const host = (change: Partial<FunctionModel> = {}, idleMs?: number) =>
  hostFunction(
    {
      logicalId: 'Api',
      name: 'some-api',
      codeFolder: folder,
      handler: 'index.handler',
      timeoutMs: TIMEOUT_MS,
      memoryMb: 128,
      environment: { NAMED: 'by the template' },
      ...change,
    },
    {
      runtimeEnvironment: { AWS_REGION: 'us-east-1' },
      log: openFunctionLog(join(folder, 'some-api.log')),
      onFailure: (_, text) => failures.push(text),
      idleMs,
    },
  );
const answerTo = async (event: unknown) => {
  const outcome = await hosted.invoke(event);
  return outcome.kind === 'result' ? outcome.value : outcome;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-function-'));
  await writeFile(join(folder, 'index.mjs'), CODE);
  failures.length = 0;
  hosted = host();
});
afterEach(async () => {
  await hosted.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('a hosted function', () => {
  test("sees the template's variables and the runtime's, and nothing of the shell's", async () => {
    process.env.SHELL_SECRET = 'not for functions';

    const env = (await answerTo({ do: 'env' })) as Record<string, string>;

    expect(env).toMatchObject({
      NAMED: 'by the template',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'some-api',
    });
    expect(env.SHELL_SECRET).toBeUndefined();
    expect(env.PATH).toBeUndefined();
  });

  test('gets a Lambda context', async () => {
    const context = (await answerTo({ do: 'context' })) as { id: string; name: string; left: number };

    expect(context.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(context.name).toBe('some-api');
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(TIMEOUT_MS);
  });

  test('tells of an error with its type and message', async () => {
    expect(await hosted.invoke({ do: 'throw' })).toEqual({
      kind: 'failure',
      errorType: 'RangeError',
      message: 'as asked',
    });
    expect(failures).toEqual(['RangeError: as asked']);
  });

  test('handles events at the same time in one instance', async () => {
    await answerTo({ do: 'count' });

    // One after the other the last ones would run into the time limit.
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => hosted.invoke({ do: 'wait', ms: 500 })));

    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'result'));
    expect(await answerTo({ do: 'count' })).toBe(22);
  });

  test('times out an event that only waits and keeps its worker', async () => {
    await answerTo({ do: 'count' });

    expect(await hosted.invoke({ do: 'wait', ms: 60_000 })).toEqual({ kind: 'timeout' });

    expect(await answerTo({ do: 'count' })).toBe(3);
  });

  test('replaces a worker whose loop is stuck', async () => {
    expect(await hosted.invoke({ do: 'spin' })).toEqual({ kind: 'timeout' });

    expect(await answerTo({ do: 'count' })).toBe(1);
  });

  test.each(['exit', 'crash', 'hoard'])(
    '%s fails the events under way, and the next one gets a new worker',
    async (what) => {
      hosted = host({ timeoutMs: 20_000 });
      const other = hosted.invoke({ do: 'wait', ms: 15_000 });

      expect(await hosted.invoke({ do: what })).toMatchObject({ kind: 'failure' });

      expect(await other).toMatchObject({ kind: 'failure' });
      expect(await answerTo({ do: 'count' })).toBe(1);
    },
  );

  test('is killed on demand and comes back', async () => {
    hosted = host({ timeoutMs: 10_000 });
    const running = hosted.invoke({ do: 'wait', ms: 8_000 });
    await answerTo({ do: 'count' });

    await hosted.kill();

    expect(await running).toMatchObject({ kind: 'failure' });
    expect(await answerTo({ do: 'count' })).toBe(1);
  });

  test('that cannot be loaded fails every event with the reason', async () => {
    await writeFile(join(folder, 'index.mjs'), 'throw new Error("no such luck")');

    expect(await hosted.invoke({ do: 'count' })).toMatchObject({ kind: 'failure', message: 'no such luck' });
  });

  test('writes its lines to its log', async () => {
    await answerTo({ do: 'say' });

    await until('the line', async () =>
      (await readFile(join(folder, 'some-api.log'), 'utf8').catch(() => '')).includes('a line'),
    );
  });

  test('ends after its idle time when it has one', async () => {
    hosted = host({}, 10);
    await answerTo({ do: 'count' });

    await until('a new instance', async () => (await answerTo({ do: 'count' })) === 1);
  });
});
