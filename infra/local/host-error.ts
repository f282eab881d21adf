/** A reason why the host cannot start that one line explains to whoever typed the command. */
export class HostError extends Error {
  override readonly name: string = 'HostError';
}
