/** A stream that unpacks to more is not looked into. */
export const MAX_STREAM_BYTES = 16 * 1024 * 1024;

export class StreamTooLarge extends Error {
  override readonly name = 'StreamTooLarge';
}
