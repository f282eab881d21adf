import { UsageError } from '../../../../shared/config/command-line.ts';

/** Part A of the test programme, by its numbers. A line belongs here before it has a test: then it is told as missing. */
export const LINES = {
  A1: 'the catalogue of the database',
  A2: 'SQL across tenants',
  A3: 'soak of the connection pool',
  A4: 'every route × credential × id',
  A5: 'hostile access tokens',
  A6: 'key rotation under load',
  A7: 'refresh races',
  A8: 'passwords',
  A9: 'hostile uploads',
  A10: 'pages that lead inside',
  A11: 'hostile answers in a browser',
  A12: 'the socket',
  A13: 'rate limits',
  A14: 'the ingest as a model check',
  A15: 'crashes and outages',
  A16: 'dropped sockets',
  A17: 'error envelope, request id, audit rows',
  A18: 'erasure',
  A19: 'personal data in analytics, logs, metrics',
  A20: 'documents of every format',
} as const;

export type Line = keyof typeof LINES;
export const ALL_LINES = Object.keys(LINES) as readonly Line[];

export const isLine = (text: string): text is Line => text in LINES;

/** @throws UsageError for anything but names of lines; none means all */
export function parseLines(words: readonly string[]): readonly Line[] {
  const names = words.flatMap((word) => word.split(',')).map((word) => word.trim().toUpperCase());
  const unknown = names.filter((name) => !isLine(name));
  if (unknown.length > 0) throw new UsageError(`there is no line ${unknown.join(', ')}: they are A1 to A20`);
  return names.length === 0 ? ALL_LINES : ALL_LINES.filter((line) => names.includes(line));
}
