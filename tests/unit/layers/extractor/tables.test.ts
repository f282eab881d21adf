import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCsv } from '../../../../layers/extractor/readers/csv.ts';
import { temporaryFiles } from '../../../support/extractor-program.ts';
import { textsRead } from '../../../support/texts-read.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

test.each([
  ['announces its separator', 'sep=;\r\nName;Preis\r\nBrot;3\r\n', 'Name: Brot; Preis: 3'],
  ['has other separators in its head', 'Preis, netto;Name\n3;Brot\n', 'Preis, netto: 3; Name: Brot'],
  ['has decimals with commas', 'Name;Preis\nBrot;3,50\nTee;4,20\n', 'Name: Brot; Preis: 3,50\nName: Tee; Preis: 4,20'],
  ['begins with blank lines', '\n\nname,price\nTea,3\n', 'name: Tea; price: 3'],
  [
    'has a title',
    'Report 2026\n\nname;price\nTea;3\nBread;4\n',
    'Report 2026\nname: Tea; price: 3\nname: Bread; price: 4',
  ],
  ['has one column', 'word\nbread, butter\ntea\n', 'word: bread, butter\nword: tea'],
  ['has lines and quotes in values', 'a,b\n"one\ntwo, ""three""",x\n', 'a: one\ntwo, "three"; b: x'],
  ['has rows of all lengths', 'a,b\n1\n1,2,3\n"x', 'a: 1\na: 1; b: 2; 3\na: x'],
  ['is a head alone', 'name,price\n', 'name; price'],
])('a table is read that %s', async (_, table, text) => {
  expect(await textsRead(readCsv, await files.write(table))).toBe(text);
});
