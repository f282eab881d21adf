import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { ReadingError } from '../output.ts';

const unpack = promisify(inflate);

/** Actions that run something when a reader opens or clicks. A bare /OpenAction only says where to begin reading. */
const RUNS =
  /\/S\s*\/(?:JavaScript|Launch|ImportData|SubmitForm|Rendition)\b|\/JavaScript\b|\/JS\s*[(<\d]|\/RichMedia\b/;
const MAX_STREAM_BYTES = 16 * 1024 * 1024;
const MAX_ALL_BYTES = 256 * 1024 * 1024;

/**
 * Looks at the objects outside and inside compressed object streams; of all other streams only the content is handed
 * to `inspect`.
 *
 * @throws ReadingError MALWARE_FOUND or LIMIT_EXCEEDED, and whatever `inspect` throws
 */
export async function checkPdfActions(bytes: Buffer, inspect: (content: Buffer) => void): Promise<void> {
  let budget = MAX_ALL_BYTES;
  let place = 0;
  while (place < bytes.length) {
    const start = bytes.indexOf('stream', place, 'latin1');
    const objects = bytes.toString('latin1', place, start === -1 ? bytes.length : start);
    checkObjects(objects);
    if (start === -1) return;
    const end = bytes.indexOf('endstream', start, 'latin1');
    if (end === -1) return;
    place = end + 'endstream'.length;
    const dictionary = withoutEscapes(objects.slice(objects.lastIndexOf('obj') + 3));
    if (!/\/Fl(?:ateDecode)?\b/.test(dictionary)) continue;
    const holdsObjects = /\/ObjStm\b/.test(dictionary);
    if (/\/Subtype\s*\/Image\b/.test(dictionary) && !holdsObjects) continue;
    const content = await unpackStream(bytes.subarray(afterLineEnd(bytes, start + 6), end), holdsObjects);
    budget -= content.length;
    if (budget < 0) throw new ReadingError('LIMIT_EXCEEDED', 'This PDF unpacks to more than can be read. Split it.');
    inspect(content);
    if (holdsObjects) checkObjects(content.toString('latin1'));
  }
}

async function unpackStream(packed: Buffer, holdsObjects: boolean): Promise<Buffer> {
  try {
    return await unpack(packed, { maxOutputLength: MAX_STREAM_BYTES, finishFlush: 2 });
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLarge && holdsObjects) {
      throw new ReadingError('LIMIT_EXCEEDED', 'This PDF unpacks to more than can be read. Split it.');
    }
    return Buffer.alloc(0); // Damaged, encrypted or a large picture: the reader will say so, or not need it.
  }
}

function checkObjects(text: string): void {
  if (!RUNS.test(withoutEscapes(text))) return;
  throw new ReadingError(
    'MALWARE_FOUND',
    'This PDF carries scripts or actions that run when it is opened. Print it to a new PDF and upload that.',
  );
}

/** `/J#61vaScript` is the same name as `/JavaScript`. */
function withoutEscapes(text: string): string {
  if (!text.includes('#')) return text;
  return text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function afterLineEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === 13 && bytes[at + 1] === 10) return at + 2;
  return bytes[at] === 10 || bytes[at] === 13 ? at + 1 : at;
}
