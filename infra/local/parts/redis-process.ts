import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { createRedisServer } from 'js-redis-server';
import { endOnSignal, endWithParent } from './child-lifetime.ts';

// A process of its own: `node redis-process.ts <port>`. It listens on 127.0.0.1 and keeps everything in memory.
endWithParent();
endOnSignal();
// Each reply is a write of its own: the second of two would wait up to 40 ms until the client has confirmed the first.
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket?: unknown };
  if (socket instanceof Socket) socket.setNoDelay(true);
});
await createRedisServer({ port: Number(process.argv[2]) });
