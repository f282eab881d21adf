import { composeChannel } from './composition.ts';
import { type SocketHandler, socketHandler } from './socket-handler.ts';

let sockets: SocketHandler | undefined;

/** WebSocket `$connect`, `$disconnect` and `$default`. */
export const handler: SocketHandler = (event, context) => {
  sockets ??= socketHandler(composeChannel().use);
  return sockets(event, context);
};
