import { inflateSync } from 'node:zlib';

/** A stream of a page that holds more is left to the library's own decoder, which the watch over memory looks at. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * What pdf.js uses of a DecompressionStream, in one go: streams of a page are short, and the way through Node's
 * streams costs more than unpacking them. Bounded; what does not unpack makes pdf.js decode it itself.
 */
class QuickInflate {
  readonly writable: { getWriter(): object };
  readonly readable: AsyncIterable<Uint8Array>;

  constructor(format: string) {
    if (format !== 'deflate') throw new TypeError('no stream of a PDF is packed so');
    const packed: Uint8Array[] = [];
    const writer = {
      ready: Promise.resolve(),
      async write(chunk: Uint8Array) {
        packed.push(chunk);
      },
      close: async () => {},
    };
    this.writable = { getWriter: () => writer };
    this.readable = {
      async *[Symbol.asyncIterator]() {
        await writer.ready; // The chunk is written after the first look at what can be read.
        yield inflateSync(Buffer.concat(packed), { maxOutputLength: MAX_BYTES });
      },
    };
  }
}

/** Takes the place of DecompressionStream in this program. */
export function useQuickInflate(): void {
  Object.assign(globalThis, { DecompressionStream: QuickInflate });
}
