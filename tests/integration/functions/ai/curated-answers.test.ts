import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openVectorIndex, type VectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { type OllamaGateway, openOllama } from '../../../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { openReconciliations } from '../../../../functions/ai/repositories/reconciliations.ts';
import { answerQuestion } from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type AnswerTools, settleAnswer } from '../../../../functions/ai/use-cases/answer/settle-answer.ts';
import { retrievePassages } from '../../../../functions/ai/use-cases/retrieve/retrieve-passages.ts';
import { widenQuery } from '../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { type OfflineModel, startOfflineModel } from '../../../../infra/local/offline-model/server.ts';
import { openHttpClient } from '../../../../shared/clients/http-client.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { changeAnswer } from '../../../../shared/lifecycles/curated-answer/change-answer.ts';
import { claimAnswer } from '../../../../shared/lifecycles/curated-answer/claim-answer.ts';
import { openAnswer } from '../../../../shared/lifecycles/curated-answer/open-answer.ts';
import { readAnswerForChange } from '../../../../shared/lifecycles/curated-answer/read-answers.ts';
import { tombstoneAnswer } from '../../../../shared/lifecycles/curated-answer/tombstone-answer.ts';
import { answerChunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { noAnswerCache } from '../../../support/no-answer-cache.ts';
import { requireVariable, type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const QUESTION = 'What does a pottery course cost?';

let database: TestDatabase;
let model: OfflineModel;
let ollama: OllamaGateway;
let vectors: VectorIndex;
let knowledge: KnowledgeBase;
let asHub: TenantDatabase;
let closeHub: () => Promise<void>;
let forgotten: string[];

beforeAll(async () => {
  database = await testDatabase();
  model = await startOfflineModel({ tokenDelayMs: 0 });
  const models = { chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text' };
  ollama = openOllama({ url: model.url, ...models, http: openHttpClient({ name: 'test-ollama' }) });
  vectors = openVectorIndex({
    url: requireVariable('TEST_CHROMA_URL'),
    http: openHttpClient({ name: 'test-chroma', isRepeatable: () => true }),
  });
  const pool = openPool(database.urlFor('hub'));
  asHub = openTenantDatabase(pool);
  closeHub = () => pool.end();
});

afterAll(async () => {
  await closeHub?.();
  await model?.close();
  await database?.drop();
});

beforeEach(async () => {
  forgotten = [];
  knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Prices', text: '# Prices\n\nA pottery course costs 180 euros for six evenings.' });
  return () => knowledge.close();
});

const tools = (changes: Partial<AnswerTools> = {}): AnswerTools => ({
  ...{ database: knowledge.database, models: ollama, vectors },
  reconciliations: openReconciliations,
  traces: { remove: async () => {}, count: async () => 0 },
  forgetAnswers: async (creatorId) => {
    forgotten.push(creatorId);
  },
  ...changes,
});
const open = async (question: string, answer: string): Promise<string> => {
  const answerId = randomUUID();
  const { creatorId } = knowledge;
  await asHub.withTenant(creatorId, (db) => openAnswer(db, { creatorId, answerId, question, answer }));
  return answerId;
};
const change = (id: string, answer: string) =>
  asHub.withTenant(knowledge.creatorId, async (db) => {
    const row = await readAnswerForChange(db, knowledge.creatorId, id);
    if (row) await changeAnswer(db, row, { question: row.question, answer });
  });
const remove = (id: string) =>
  asHub.withTenant(knowledge.creatorId, (db) => tombstoneAnswer(db, knowledge.creatorId, id));
const settle = (id: string, changes?: Partial<AnswerTools>) => settleAnswer(tools(changes), knowledge.creatorId, id);
const rowOf = async (id: string) => {
  const [row] = await knowledge.database.readAsTenant(knowledge.creatorId, (db) =>
    db.query('select * from curated_answers where creator_id = $1 and id = $2', [knowledge.creatorId, id]),
  );
  return row;
};
const retrieval = () => ({
  ...{ database: knowledge.database, ollama, vectors, passages: passagesTable, readSettings: readAnswerSettings },
});
const search = async (query: string) =>
  (await retrievePassages(retrieval(), { creatorId: knowledge.creatorId, query: widenQuery(query, []), count: 5 }))
    .passages;
const ask = (question: string) =>
  answerQuestion(
    {
      ...{ retrieval: retrieval(), ollama, thresholds: async () => OFFLINE_THRESHOLDS, answers: noAnswerCache },
      readBasis: readAnswerBasis,
      timeouts: { firstTokenMs: 5_000, betweenTokensMs: 5_000 },
    },
    {
      ...{ creatorId: knowledge.creatorId, question, history: [], voice: undefined },
      ...{ signal: new AbortController().signal, onText: () => {} },
    },
  );
/** The ids of this creator's vectors of curated answers. */
const storedVectors = async (id: string, generations: readonly number[]) => {
  const { collectionId } = await knowledge.database.readAsTenant(knowledge.creatorId, (db) =>
    readKnowledge(db, knowledge.creatorId),
  );
  const [probe] = await ollama.embed([QUESTION], 'query');
  const hits = await vectors.query(collectionId ?? '', probe ?? [], 50);
  return generations.filter((generation) => hits.some((hit) => hit.id === answerChunkId(id, generation)));
};

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

  test('is indexed under an id that follows from its words’ generation, and raises the version', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const version = () =>
      knowledge.database.readAsTenant(
        knowledge.creatorId,
        async (db) => (await readKnowledge(db, knowledge.creatorId)).version,
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
    expect(forgotten).toEqual([knowledge.creatorId]);
  });

  test('that is deleted while it is indexed leaves no vector', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const slow = {
      ...vectors,
      upsert: async (...call: Parameters<VectorIndex['upsert']>) => {
        await remove(id);
        await vectors.upsert(...call);
      },
    };

    await settle(id, { vectors: slow });

    expect(await rowOf(id)).toBeUndefined();
    expect(await storedVectors(id, [1])).toEqual([]);
  });

  test('whose embedding failed is let go and indexed by the next delivery', async () => {
    const id = await open(QUESTION, 'It is 210 euros.');
    const broken = { ...ollama, embed: async () => Promise.reject(new Error('the model is away')) };

    await expect(settle(id, { models: broken })).rejects.toThrow('the model is away');
    await settle(id);

    expect(await rowOf(id)).toMatchObject({ indexed_generation: 1 });
  });

  test('that another worker holds is left to it', async () => {
    const { creatorId } = knowledge;
    const id = await open(QUESTION, 'It is 210 euros.');
    const hold = { creatorId, answerId: id, workerId: randomUUID() };
    await knowledge.database.withTenant(creatorId, (db) => claimAnswer(db, hold, 30_000));

    await settle(id);

    expect(await rowOf(id)).toMatchObject({ indexed_generation: null, lease_owner: hold.workerId });
  });

  test('about something else is left among the passages', async () => {
    await open('Do you sell gift vouchers?', 'Yes, for a pottery course as well.');

    const answer = await ask(QUESTION);

    expect(answer.text).toContain('180');
  });

  test('of another creator is never found', async () => {
    const id = await open('Where is the zinnia garden?', 'Behind the shed.');
    await settle(id);
    const other = await openKnowledgeBase({ database, ollama, vectors });

    const found = await other.database.readAsTenant(other.creatorId, async (db) => {
      const passages = passagesTable(db, other.creatorId);
      return Promise.all([passages.search(['zinnia'], 5), passages.load([answerChunkId(id, 1)])]);
    });
    await other.close();

    expect(found).toEqual([[], []]);
  });
});
