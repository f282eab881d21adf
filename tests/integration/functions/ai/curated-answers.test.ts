import { describe, expect, test } from 'vitest';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { answerChunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { QUESTION, useCuratedAnswers } from '../../../support/use-curated-answers.ts';

const own = useCuratedAnswers();
const { open, settle, ask } = own;

describe('a curated answer', () => {
  test('is found by its words before it is indexed, and answers in place of the documents', async () => {
    const id = await open(QUESTION, 'From this autumn on it is 210 euros, clay included.');

    const answer = await ask('What does the pottery course cost?');

    expect(answer.text).toContain('210');
    expect(answer.text).not.toContain('180');
    expect(answer.citations).toEqual([
      expect.objectContaining({ n: 1, document_id: id, title: QUESTION, url: null, page: null }),
    ]);
    expect(answer.citations[0]?.snippet).toContain('210 euros');
  });

  test.each([
    ['Who are you?', 'who are you'],
    ['Hello', 'Hello!!'],
    ['Qué tal', '¿que tal?'],
    ["What's up?", 'What’s up'],
  ])('to what holds no word to look up is told to the same words: %s', async (question, asked) => {
    const id = await open(question, 'Mara wrote this herself.');

    const answer = await ask(asked);
    const thanked = await ask('thanks');

    expect(answer).toMatchObject({ refused: false, text: 'Mara wrote this herself. [1]' });
    expect(answer.citations).toEqual([expect.objectContaining({ document_id: id })]);
    expect(thanked.text).not.toContain('Mara');
  });

  test('keeps the links that its creator wrote, which a document does not', async () => {
    const links = ['https://pay.example/vouchers', 'https://shop.example/gift?id=1'];
    await open('How do I pay for the kiln?', `Pay [with the form](${links[0]}) or at ${links[1]}, whichever you like.`);
    await own.knowledge().add({ title: 'Glaze', text: `The glaze is bought at ${links[0]} by the litre.` });

    const paid = await ask('How do I pay for the kiln?');
    const glaze = await ask('Where is the glaze bought?');

    expect(paid.text).toContain(`Pay with the form (${links[0]}) or at ${links[1]}, whichever you like.`);
    expect(paid.citations[0]?.snippet).toContain(links[1]);
    expect(glaze.text).toMatch(/bought at \[link removed\] by the litre/);
  });

  test('about something else is left among the passages', async () => {
    await open('Do you sell gift vouchers?', 'Yes, for a pottery course as well.');

    const answer = await ask(QUESTION);

    expect(answer.text).toContain('180');
  });

  test('of another creator is never found', async () => {
    const id = await open('Where is the zinnia garden?', 'Behind the shed.');
    await settle(id);
    const other = await own.openOther();

    const found = await other.database.readAsTenant(other.creatorId, async (db) => {
      const passages = passagesTable(db, other.creatorId);
      return Promise.all([passages.search(['zinnia'], 5), passages.load([answerChunkId(id, 1)])]);
    });
    await other.close();

    expect(found).toEqual([{ settled: [], ranked: [], places: [[]] }, []]);
  });
});
