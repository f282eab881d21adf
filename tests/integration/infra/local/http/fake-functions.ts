import type { FunctionHost } from '../../../../../infra/local/functions/function-host.ts';
import type { Outcome } from '../../../../../infra/local/functions/hosted-function.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it wants of an event
export type FakeEvent = any;

/** Functions that answer from the test's own code. */
export function fakeFunctions(answer: (event: FakeEvent) => Outcome | Promise<Outcome>): Pick<FunctionHost, 'byId'> & {
  readonly events: FakeEvent[];
} {
  const events: FakeEvent[] = [];
  const invoke = async (event: unknown) => {
    events.push(event);
    return answer(event);
  };
  const model = {
    logicalId: 'F',
    name: 'f',
    codeFolder: '',
    handler: 'index.handler',
    timeoutMs: 1_000,
    memoryMb: 128,
    environment: {},
  };
  return { events, byId: () => ({ invoke, model, kill: async () => {}, load: () => 0 }) };
}

export const ok = (value: unknown = { statusCode: 200 }): Outcome => ({ kind: 'result', value });
