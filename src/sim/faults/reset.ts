import type { Socket } from 'node:net';

/**
 * Cuts a connection with a reset: what is on the way is lost, and the peer sees an error. One whose end has
 * begun is closed without: its reset is refused, and the socket would stay for ever (libuv, EINVAL).
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
