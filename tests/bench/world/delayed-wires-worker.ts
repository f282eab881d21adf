import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread behind `startDelayedParts` is given. */
export interface WiresWanted {
  readonly serverPorts: readonly number[];
  readonly delayMs: number;
}

const { serverPorts, delayMs } = workerData as WiresWanted;

/** A wire on loopback, on which whatever the client says is `delayMs` on its way; answers are not held up. */
async function openWire(serverPort: number): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    // Timers of one length fire in the order in which they were set.
    client.on('data', (bytes) => setTimeout(() => upstream.write(bytes), delayMs));
    upstream.on('data', (bytes) => client.write(bytes));
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('end', () => setTimeout(() => upstream.end(), delayMs)).on('error', end);
    upstream.on('close', end).on('error', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}

parentPort?.postMessage(await Promise.all(serverPorts.map(openWire)));
