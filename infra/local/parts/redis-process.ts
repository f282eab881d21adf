import { createRedisServer } from 'js-redis-server';
import { endOnSignal, endWithParent } from './child-lifetime.ts';

// A process of its own: `node redis-process.ts <port>`. It listens on 127.0.0.1 and keeps everything in memory.
endWithParent();
endOnSignal();
await createRedisServer({ port: Number(process.argv[2]) });
