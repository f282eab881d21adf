import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openVectorIndex, type VectorIndex } from '../../functions/ai/gateways/chroma.ts';
import { type OllamaGateway, openOllama } from '../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../functions/ai/repositories/passages.ts';
import { openReconciliations } from '../../functions/ai/repositories/reconciliations.ts';
import { answerQuestion } from '../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type AnswerTools, settleAnswer } from '../../functions/ai/use-cases/answer/settle-answer.ts';
import { retrievePassages } from '../../functions/ai/use-cases/retrieve/retrieve-passages.ts';
import { widenQuery } from '../../functions/ai/use-cases/retrieve/widen-query.ts';
import { type OfflineModel, startOfflineModel } from '../../infra/local/offline-model/server.ts';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { changeAnswer } from '../../shared/lifecycles/curated-answer/change-answer.ts';
import { openAnswer } from '../../shared/lifecycles/curated-answer/open-answer.ts';
import { readAnswerForChange } from '../../shared/lifecycles/curated-answer/read-answers.ts';
import { tombstoneAnswer } from '../../shared/lifecycles/curated-answer/tombstone-answer.ts';
import { answerChunkId } from '../../shared/lifecycles/document/chunk-id.ts';
import { readKnowledge } from '../../shared/lifecycles/document/knowledge.ts';
import { type KnowledgeBase, openKnowledgeBase } from './knowledge-base.ts';
import { noAnswerCache } from './no-answer-cache.ts';
import { requireVariable, type TestDatabase, testDatabase } from './test-database.ts';

export const QUESTION = 'What does a pottery course cost?';

/** Curated answers of a creator whose documents say otherwise, for the tests of one file; each begins without any. */
export function useCuratedAnswers() {
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

  return {
    ...{
      open,
      change,
      remove,
      settle,
      rowOf,
      search,
      ask,
      storedVectors,
      asHub: () => asHub,
      vectors: () => vectors,
      ollama: () => ollama,
    },
    knowledge: () => knowledge,
    forgotten: () => forgotten,
    openOther: () => openKnowledgeBase({ database, ollama, vectors }),
  };
}
