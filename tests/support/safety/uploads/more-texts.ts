import { randomBytes } from 'node:crypto';
import { makeZip } from '../../make-zip.ts';
import { CSV, type HostileFile, HTML, MARKDOWN, TEXT, windowsProgram } from './hostile-file.ts';

const long = (...more: (string | Buffer)[]) =>
  Buffer.concat([Buffer.alloc(70_000, 'words '), ...more.map((each) => Buffer.from(each))]);
const ready = (name: string, type: string, make: HostileFile['make']): HostileFile => ({
  ...{ name, type, verdict: 'ready', make },
});
const refused = (name: string, type: string, make: HostileFile['make']): HostileFile => ({
  ...{ name, type, verdict: 'TYPE_MISMATCH', make },
});

/** Texts with another file behind or before them, and those that take long where work grows with their square. */
export const MORE_TEXTS: readonly HostileFile[] = [
  refused('a mark of UTF-16 before noise', TEXT, () => Buffer.concat([Buffer.from([0xff, 0xfe]), randomBytes(9_000)])),
  refused('noise behind a long text', TEXT, () => long(randomBytes(100_000))),
  refused('an archive behind a long text', MARKDOWN, () => long(makeZip({ a: 'x' }))),
  refused('a program behind a long text', CSV, () => long(windowsProgram())),
  refused('RTF behind a mark', TEXT, () => '\ufeff{\\rtf1 x}'),
  refused('a PDF behind blank lines', MARKDOWN, () => '\n\n%PDF-1.7\nwords'),
  ready('a note on scripts and signatures', HTML, () => '<p>/JavaScript, vbaProject.bin, EICAR, MZ, ;base64,x</p>'),
  ready('separators of paragraphs and lines', TEXT, () => 'one\u2029two\u2028three'),
  ready('ends of scripts that never end', HTML, () => `<p>x</p><script>${'</script'.repeat(500_000)}`),
  ready('lists in lists', HTML, () => `<p>x</p>${'<ul><li>a'.repeat(300_000)}`),
  ready('ends of what is not open', HTML, () => `<p>x</p>${'<b>'.repeat(600)}${'</i>a'.repeat(1_000_000)}`),
  ready('a heading of brackets', MARKDOWN, () => `# ${'[]('.repeat(1_000_000)}x`),
  ready('ten million marks on a letter', TEXT, () => `x${'\u0301\u0316'.repeat(5_000_000)}`),
  ready('a table of blank lines', CSV, () => `a\n${'\n'.repeat(9_000_000)}x`),
];
