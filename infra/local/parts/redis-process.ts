import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { createRedisServer } from 'js-redis-server';
import { endOnSignal, endWithParent } from './child-lifetime.ts';
import { cutOffPages } from './cut-off-pages.ts';

// A process of its own: `node redis-process.ts <port>`. It listens on 127.0.0.1 and keeps everything in memory.
endWithParent();
endOnSignal();
// Each reply is a write of its own: the second of two would wait up to 40 ms until the client has confirmed the first.
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket?: unknown };
  if (!(socket instanceof Socket)) return;
  socket.setNoDelay(true);
  cutOffPages(socket);
});
const { state } = await createRedisServer({ port: Number(process.argv[2]) });
for (const { mutations } of state.databases) copyOnlyForListeners(mutations);

/**
 * Every change copies the whole value for each listener, and one is always there: for key-space notifications, which
 * nobody here has switched on. With each frame a conversation's stream was copied from its first to its last.
 */
function copyOnlyForListeners(mutations: (typeof state.databases)[number]['mutations']): void {
  const emit = mutations.emit.bind(mutations);
  const subscribeKey = mutations.subscribeKey.bind(mutations);
  let keyListeners = 0;
  mutations.subscribeKey = (key, listener) => {
    const unsubscribe = subscribeKey(key, listener);
    keyListeners += 1;
    let subscribed = true;
    return () => {
      if (subscribed) keyListeners -= 1;
      subscribed = false;
      return unsubscribe();
    };
  };
  mutations.emit = (event) => {
    if (keyListeners > 0 || state.notifyKeyspaceEvents !== '') emit(event);
  };
}
