import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as z from 'zod';
import type { RunningHost } from '../../support/running-host.ts';
import { until } from '../../support/until.ts';

/** Lets the inspector choose a free port: what `readHeldKb` needs of the host's environment. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' } as const;

const Answer = z.object({ id: z.number(), result: z.object({ result: z.object({ value: z.number() }).optional() }) });

/**
 * What the host's main thread still holds after a full garbage collection, heap and buffers, in kilobytes. What a
 * process takes from the system does not tell: a heap grows ahead and is given back late.
 */
export async function readHeldKb(host: RunningHost): Promise<number> {
  const address = /Debugger listening on (ws:\S+)/;
  if (!address.test(host.output())) process.kill(host.endpoints.pid, 'SIGUSR1');
  const url = await until('the inspector', () => address.exec(host.output())?.[1]);
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const call = (id: number, method: string, params: object = {}) =>
    new Promise<number | undefined>((resolve) => {
      socket.on('message', (data) => {
        const answer = Answer.safeParse(JSON.parse(String(data)));
        if (answer.data?.id === id) resolve(answer.data.result.result?.value);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  try {
    await call(1, 'HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const bytes = await call(2, 'Runtime.evaluate', { expression, returnByValue: true });
    if (bytes === undefined) throw new Error('the host did not tell its memory');
    return bytes / 1_024;
  } finally {
    socket.close();
  }
}
