import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export interface FlightCounter {
  readonly port: number;
  /** Round trips on the wire since the last call: how often the client spoke after the server had. */
  take(): number;
  close(): void;
}

/** A wire between a client and a server on loopback that counts round trips. */
export async function countFlights(serverPort: number): Promise<FlightCounter> {
  let flights = 0;
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let clientSpoke = false;
    client.on('data', (bytes) => {
      if (!clientSpoke) flights += 1;
      clientSpoke = true;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      clientSpoke = false;
      client.write(bytes);
    });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('close', end).on('error', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return {
    port: address.port,
    take: () => {
      const counted = flights;
      flights = 0;
      return counted;
    },
    close: () => server.close(),
  };
}
