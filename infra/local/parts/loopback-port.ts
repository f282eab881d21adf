import { connect, createServer } from 'node:net';
import { PartFailure } from './part-failure.ts';
import type { PartRegistry } from './part-registry.ts';

const ATTEMPTS = 4;

/**
 * Runs `start` with the port that the part had last time when that is free, else with a new one. A port that is
 * lost between choosing and listening is a new attempt; any other failure is thrown as it is.
 */
export async function startOnFreePort<T>(
  registry: PartRegistry,
  part: string,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const known = attempt === 1 ? registry.port(part) : undefined;
    const port = known !== undefined && (await isFree(known)) ? known : await freePort();
    try {
      const started = await start(port);
      if (known !== port) registry.rememberPort(part, port);
      return started;
    } catch (error) {
      if (attempt === ATTEMPTS || (await isFree(port))) throw error;
    }
  }
}

/** Whether something accepts connections at this address within `timeoutMs`. */
export function accepts(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** One that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new PartFailure('no free port on 127.0.0.1')),
      );
    });
  });
}
