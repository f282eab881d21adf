import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openVectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { answerAndCount } from '../../../../functions/ai/use-cases/answer/answer-and-count.ts';
import type { AnswerDependencies } from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type OfflineModel, startOfflineModel } from '../../../../infra/local/offline-model/server.ts';
import { openHttpClient } from '../../../../shared/clients/http-client.ts';
import { readDailyAnswers } from '../../../../shared/database/daily-answers.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { noAnswerCache } from '../../../support/no-answer-cache.ts';
import { requireVariable, type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const LIMIT = 2;
let database: TestDatabase;
let model: OfflineModel;
let knowledge: KnowledgeBase;
let dependencies: AnswerDependencies;

beforeAll(async () => {
  database = await testDatabase();
  model = await startOfflineModel({ tokenDelayMs: 0 });
});
beforeEach(async () => {
  const models = { chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text' };
  const ollama = openOllama({ url: model.url, ...models, http: openHttpClient({ name: 'test-ollama' }) });
  const http = openHttpClient({ name: 'test-chroma', isRepeatable: () => true });
  const vectors = openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http });
  knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Hours', text: 'On Sundays the pottery studio opens at eleven and closes at four.' });
  dependencies = {
    retrieval: {
      ...{ database: knowledge.database, ollama, vectors, passages: passagesTable },
      readSettings: readAnswerSettings,
    },
    ollama,
    readBasis: readAnswerBasis,
    thresholds: async () => OFFLINE_THRESHOLDS,
    timeouts: { firstTokenMs: 5_000, betweenTokensMs: 5_000 },
    answers: noAnswerCache,
  };
  const hub = openPool(database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(knowledge.creatorId, (db) =>
    db.query('insert into creator_settings (creator_id, daily_spend_limit) values ($1, $2)', [
      knowledge.creatorId,
      LIMIT,
    ]),
  );
  await hub.end();
});
afterEach(() => knowledge?.close());
afterAll(async () => {
  await model?.close();
  await database?.drop();
});

const ask = (question: string, chat = dependencies.ollama.chat) =>
  answerAndCount({ ...dependencies, ollama: { ...dependencies.ollama, chat } }, knowledge.database, {
    ...{ creatorId: knowledge.creatorId, question, history: [], voice: undefined },
    ...{ signal: new AbortController().signal, onText: () => {} },
  });
const given = async () => {
  const { creatorId } = knowledge;
  return (await knowledge.database.readAsTenant(creatorId, (db) => readDailyAnswers(db, creatorId))).given;
};

test('of many questions at once no more are answered than the limit allows', async () => {
  const questions = Array.from({ length: 8 }, (_, n) => `When does the pottery studio open on Sundays (${n})?`);
  const outcomes = await Promise.all(
    questions.map((question) =>
      ask(question).then(
        ({ refused }) => (refused ? 'refused' : 'answered'),
        (error: APIError) => error.code,
      ),
    ),
  );

  expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(LIMIT);
  expect(outcomes.filter((outcome) => outcome === 'SPEND_LIMIT_REACHED')).toHaveLength(questions.length - LIMIT);
  expect(await given()).toBe(LIMIT);
});

test('an answer that the model fails to give is not counted', async () => {
  const failing: AnswerDependencies['ollama']['chat'] = () => {
    throw new APIError('UPSTREAM_FAILED', 'The model failed.');
  };

  await expect(ask('When does the pottery studio open on Sundays?', failing)).rejects.toThrow('The model failed.');

  expect(await given()).toBe(0);
  await expect(ask('When does the pottery studio open on Sundays?')).resolves.toMatchObject({ refused: false });
  expect(await given()).toBe(1);
});
