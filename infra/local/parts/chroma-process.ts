import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { endWithParent } from './child-lifetime.ts';
import { loadChromaBinding } from './chroma-binding.ts';

// A process of its own: `node chroma-process.ts <config file>`. The server keeps the thread that calls it until
// SIGINT, after which it has put everything away; so another thread calls it, and this one can watch the parent.
if (isMainThread) {
  endWithParent();
  process.on('SIGINT', () => {}); // The server's own handler does the work.
  const server = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  server.once('error', (error) => {
    console.error(`Error: ${error.message}`);
    process.exit(1);
  });
  server.once('exit', (code) => process.exit(code));
} else {
  loadChromaBinding().cli(['chroma', 'run', workerData as string]);
}
