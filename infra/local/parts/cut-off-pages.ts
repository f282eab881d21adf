import type { Socket } from 'node:net';

/** How every client begins: a command as a list, in the protocol's own form. */
const LIST = '*'.charCodeAt(0);

/**
 * Ends the connection of whoever does not begin as a Redis client does. A page of any site may post to 127.0.0.1: the
 * lines of its body would be commands, typed by hand, to a server that shrugs at the headers before them.
 */
export function cutOffPages(socket: Socket): void {
  const push = socket.push;
  socket.push = (chunk: Buffer | null, encoding) => {
    socket.push = push;
    if (chunk === null || chunk[0] === LIST) return socket.push(chunk, encoding);
    socket.destroy();
    return false;
  };
}
