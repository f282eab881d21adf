import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { VectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { claimAnswer } from '../../../../shared/lifecycles/curated-answer/claim-answer.ts';
import { answerChunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { QUESTION, useCuratedAnswers } from '../../../support/use-curated-answers.ts';

const own = useCuratedAnswers();
const { open, change, remove, settle, rowOf, search, ask, storedVectors } = own;

describe('a curated answer, on its way into the index,', () => {
  test('is indexed under an id that follows from its words’ generation, and raises the version', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const version = () =>
      own
        .knowledge()
        .database.readAsTenant(
          own.knowledge().creatorId,
          async (db) => (await readKnowledge(db, own.knowledge().creatorId)).version,
        );
    const before = await version();

    await settle(id);
    await settle(id);

    expect(await rowOf(id)).toMatchObject({ indexed_generation: 1, chunk_id: answerChunkId(id, 1), lease_owner: null });
    expect(await storedVectors(id, [1])).toEqual([1]);
    expect(await version()).toBe(before + 1);
    expect((await search(QUESTION))[0]).toMatchObject({ documentId: id, curated: true, title: QUESTION, score: 1 });
  });

  test('that was changed answers in its new words at once, and its old vector goes', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    await settle(id);

    await change(id, 'It is 230 euros.');
    const between = await ask(QUESTION);
    await settle(id);

    expect(between.text).toContain('230');
    expect(await storedVectors(id, [1, 2])).toEqual([2]);
    expect(await rowOf(id)).toMatchObject({ generation: 2, indexed_generation: 2, vectors_from: 2 });
  });

  test('that was deleted is unfindable at once, and collected with every vector it had', async () => {
    const id = await open(QUESTION, 'Only the zinnia voucher pays for it.');
    await settle(id);
    await change(id, 'Only the zinnia voucher and the aster voucher pay for it.');

    await remove(id);
    const found = await search('zinnia voucher');
    await settle(id);

    expect(JSON.stringify(found)).not.toContain('zinnia');
    expect(await storedVectors(id, [1, 2])).toEqual([]);
    expect(await rowOf(id)).toBeUndefined();
    expect(own.forgotten()).toEqual([own.knowledge().creatorId]);
  });

  test('that is deleted while it is indexed leaves no vector', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const slow = {
      ...own.vectors(),
      upsert: async (...call: Parameters<VectorIndex['upsert']>) => {
        await remove(id);
        await own.vectors().upsert(...call);
      },
    };

    await settle(id, { vectors: slow });

    expect(await rowOf(id)).toBeUndefined();
    expect(await storedVectors(id, [1])).toEqual([]);
  });

  test('whose embedding failed is let go and indexed by the next delivery', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const broken = { ...own.ollama(), embed: async () => Promise.reject(new Error('the model is away')) };

    await expect(settle(id, { models: broken })).rejects.toThrow('the model is away');
    await settle(id);

    expect(await rowOf(id)).toMatchObject({ indexed_generation: 1 });
  });

  test('that another worker holds is left to it', async () => {
    const { creatorId } = own.knowledge();
    const id = await open(QUESTION, 'It is 210 euros.');
    const hold = { creatorId, answerId: id, workerId: randomUUID() };
    await own.knowledge().database.withTenant(creatorId, (db) => claimAnswer(db, hold, 30_000));

    await settle(id);

    expect(await rowOf(id)).toMatchObject({ indexed_generation: null, lease_owner: hold.workerId });
  });
});
