import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { makeZip } from '../../make-zip.ts';
import { CSV, EICAR, ELF, type HostileFile, HTML, MARKDOWN, PDF, TEXT, windowsProgram } from './hostile-file.ts';

const MEGABYTE = 1_000_000;
const hex = (digits: string, rest = '') => Buffer.concat([Buffer.from(digits, 'hex'), Buffer.from(rest)]);

/** Harmless ones, which must pass however odd they look. */
const HARMLESS: readonly HostileFile[] = [
  { name: 'a note', type: TEXT, verdict: 'ready', make: () => 'Bread is made of flour.' },
  { name: 'a note that begins with MZ', type: TEXT, verdict: 'ready', make: () => 'MZ is how this note begins.' },
  { name: 'a note on %PDF-1.7 and PK', type: MARKDOWN, verdict: 'ready', make: () => 'About %PDF-1.7 and PK.' },
  { name: 'UTF-16 without a mark', type: TEXT, verdict: 'ready', make: () => Buffer.from('plain words', 'utf16le') },
  { name: 'a formula in a table', type: CSV, verdict: 'ready', make: () => 'name,price\n=cmd|" /C calc"!A0,3\n' },
  { name: 'a page with a script', type: HTML, verdict: 'ready', make: () => '<script>alert(1)</script><p>Words.</p>' },
  {
    name: 'a page of 200,000 open elements',
    type: HTML,
    verdict: 'ready',
    make: () => `<p>Words</p>${'<div><b>'.repeat(100_000)}deep`,
  },
  { name: 'a page of a million brackets', type: HTML, verdict: 'ready', make: () => `<p>x</p>${'<'.repeat(MEGABYTE)}` },
  {
    name: 'a page of comments that never end',
    type: HTML,
    verdict: 'ready',
    make: () => `<p>x</p>${'<!--<a "'.repeat(100_000)}`,
  },
  { name: 'a page of quotes that never end', type: HTML, verdict: 'ready', make: () => `x${'<a b="'.repeat(100_000)}` },
  {
    name: 'a page of hidden parts that never end',
    type: HTML,
    verdict: 'ready',
    make: () => `<p>x</p>${'<script>'.repeat(50_000)}`,
  },
  { name: 'a table whose quote never ends', type: CSV, verdict: 'ready', make: () => `a,b\n"${'x,'.repeat(MEGABYTE)}` },
  { name: 'a table of one line', type: CSV, verdict: 'ready', make: () => 'a,'.repeat(5 * MEGABYTE) },
  {
    name: 'headings of 300,000 levels and marks',
    type: MARKDOWN,
    verdict: 'ready',
    make: () => `${'# a\n'.repeat(150_000)}${'#'.repeat(150_000)} ${'[('.repeat(150_000)}\n${'`'.repeat(150_000)}`,
  },
  {
    name: 'fifty megabytes without a space',
    type: TEXT,
    verdict: 'ready',
    make: () => Buffer.alloc(50 * MEGABYTE, 97),
  },
];

const REFUSED: readonly HostileFile[] = [
  { name: 'nothing', type: TEXT, verdict: 'EMPTY', make: () => '' },
  { name: 'blanks', type: MARKDOWN, verdict: 'EMPTY', make: () => ' \n\t\u200b\n' },
  { name: 'a page of a script alone', type: HTML, verdict: 'EMPTY', make: () => '<script>words()</script>' },
  { name: 'the test signature', type: TEXT, verdict: 'MALWARE_FOUND', make: () => EICAR },
  {
    name: 'the test signature after a megabyte',
    type: HTML,
    verdict: 'MALWARE_FOUND',
    make: () => `${'words '.repeat(170_000)}${EICAR}`,
  },
  { name: 'a Linux program', type: TEXT, verdict: 'MALWARE_FOUND', make: () => ELF },
  { name: 'a Windows program', type: MARKDOWN, verdict: 'MALWARE_FOUND', make: windowsProgram },
  { name: 'a macOS program', type: CSV, verdict: 'MALWARE_FOUND', make: () => hex('cffaedfe07000001', 'x') },
  { name: 'a Java class', type: TEXT, verdict: 'MALWARE_FOUND', make: () => hex('cafebabe00000034', 'x') },
  { name: 'WebAssembly', type: TEXT, verdict: 'MALWARE_FOUND', make: () => hex('0061736d01000000', 'x') },
  { name: 'a picture (PNG)', type: MARKDOWN, verdict: 'TYPE_MISMATCH', make: () => hex('89504e470d0a1a0a', 'x') },
  { name: 'a picture (JPEG)', type: HTML, verdict: 'TYPE_MISMATCH', make: () => hex('ffd8ffe0', 'JFIF') },
  { name: 'a picture that is a script too', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => 'GIF89a=alert(1)//' },
  { name: 'a packed file', type: CSV, verdict: 'TYPE_MISMATCH', make: () => gzipSync('a,b\n1,2\n') },
  { name: 'an archive', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => makeZip({ a: 'x' }) },
  { name: 'a PDF as text', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => '%PDF-1.7\nwords' },
  { name: 'RTF as text', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => '{\\rtf1\\ansi words}' },
  { name: 'PostScript as text', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => '%!PS-Adobe-3.0\nwords' },
  { name: 'an old Word file', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => hex('d0cf11e0a1b11ae1', 'words') },
  { name: 'noise', type: TEXT, verdict: 'TYPE_MISMATCH', make: () => randomBytes(10_000) },
  {
    name: 'text with zeros in it',
    type: MARKDOWN,
    verdict: 'TYPE_MISMATCH',
    make: () => 'words\0\0\0and words '.repeat(9),
  },
  { name: 'text as a PDF', type: PDF, verdict: 'TYPE_MISMATCH', make: () => 'just words' },
];

export const TEXTS: readonly HostileFile[] = [...HARMLESS, ...REFUSED];
