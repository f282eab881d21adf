import { glob, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Where documents fail or are rejected. */
const PLACES = [
  ...['layers/extractor/**/*.ts', 'functions/ai/use-cases/ingest/*.ts', 'functions/ai/gateways/*.ts'],
  ...['shared/lifecycles/document/fail-document.ts', 'shared/errors/unscanned-document-error.ts'],
];
/** A sentence for the owner of a document: its subject is the file, the page, or where it comes from. */
const SENTENCE =
  /['`"]((?:This|Reading this|The (?:file|uploaded|malware scan|site|safety|web site)|Only public|There is|No page)\b[^'`\n]{20,}\.)['`"]/g;
const ADVICE =
  /(?:^|[.!] |, or )(?:Upload|Save|Split|Try|Print|Run|Check|Give|Download|Start|upload|split)\b|Have the computer|have the computer/;

test('every message of a document that failed says what its owner can do', async () => {
  const messages: string[] = [];
  for await (const path of glob(PLACES)) {
    const source = await readFile(path, 'utf8');
    messages.push(...[...source.matchAll(SENTENCE)].map(([, message = '']) => message));
  }

  expect(messages.length).toBeGreaterThan(25);
  expect(messages.filter((message) => !ADVICE.test(message))).toEqual([]);
});
