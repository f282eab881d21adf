import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocx } from '../../../../layers/extractor/readers/docx.ts';
import { temporaryFiles } from '../../../support/extractor-program.ts';
import { makeZip } from '../../../support/make-zip.ts';
import { textsRead } from '../../../support/texts-read.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

const run = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (content: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`;
const read = async (body: string, more: Record<string, string> = {}) => {
  const main = `<w:document><w:body>${body}</w:body></w:document>`;
  const archive = makeZip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': main, ...more });
  return textsRead(readDocx, await files.write(archive));
};
const cell = (content: string) => `<w:tc>${content}</w:tc>`;
const table = (...cells: string[]) => `<w:tbl><w:tr>${cells.map(cell).join('')}</w:tr></w:tbl>`;

test.each([
  ['text that is shown again', run('shown', '<w:vanish w:val="0"/>'), 'shown'],
  ['hyphens that do not break', `${run('e')}<w:r><w:noBreakHyphen/></w:r>${run('mail')}`, 'e-mail'],
  ['formulas', `${run('So ')}<m:oMath><m:r><m:t>E=mc²</m:t></m:r></m:oMath>`, 'So E=mc²'],
  ['what stands as it is', '<w:r><w:t><![CDATA[a < b]]></w:t></w:r>', 'a < b'],
])('of a Word document %s are read', async (_, content, text) => {
  expect(await read(paragraph(content))).toBe(text);
});

test('of a Word document hidden text, comments and places of tabs are left out', async () => {
  const content = `${run('shown')}${run('hidden', '<w:vanish/>')}<!-- <w:r><w:t>no</w:t></w:r> -->`;

  const text = await read(paragraph(content, '<w:tabs><w:tab w:pos="1"/></w:tabs><w:rPr><w:vanish/></w:rPr>'));

  expect(text).toBe('shown');
});

test('a table in a cell does not end its row', async () => {
  const inner = table(paragraph(run('in one')), paragraph(run('in two')));

  const text = await read(table(paragraph(run('one')), paragraph(run('two')) + inner + paragraph('')));

  expect(text.split('\n')).toHaveLength(1);
  expect(text.match(/[\w ]*\w/g)?.map((each) => each.trim())).toEqual(['one', 'two in one', 'in two']);
});

test('notes are read behind the text', async () => {
  const notes = `<w:footnotes><w:footnote>${paragraph(run('The note.'))}</w:footnote></w:footnotes>`;

  expect(await read(paragraph(run('The text.')), { 'word/footnotes.xml': notes })).toBe('The text.\nThe note.');
});

test('a document under another prefix is the same', async () => {
  expect(await read(paragraph(run('Words.')).replaceAll('w:', 'ns0:'))).toBe('Words.');
});

test('paragraphs whose tags never end take a time in proportion', async () => {
  expect(await read(paragraph(run('Words.')) + '<w:p '.repeat(500_000) + '<!--'.repeat(500_000))).toContain('Words.');
});
