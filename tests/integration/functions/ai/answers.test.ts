import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openVectorIndex, type VectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { type OllamaGateway, openOllama } from '../../../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { type AnswerDependencies, answerQuestion } from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { retrievePassages } from '../../../../functions/ai/use-cases/retrieve/retrieve-passages.ts';
import { widenQuery } from '../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { type OfflineModel, startOfflineModel } from '../../../../infra/local/offline-model/server.ts';
import { openHttpClient } from '../../../../shared/clients/http-client.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { noAnswerCache } from '../../../support/no-answer-cache.ts';
import { requireVariable, type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let model: OfflineModel;
let ollama: OllamaGateway;
let vectors: VectorIndex;
let own: KnowledgeBase;
let foreign: KnowledgeBase;

beforeAll(async () => {
  database = await testDatabase();
  model = await startOfflineModel({ tokenDelayMs: 0 });
  const models = { chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text' };
  ollama = openOllama({ url: model.url, ...models, http: openHttpClient({ name: 'test-ollama' }) });
  vectors = openVectorIndex({
    url: requireVariable('TEST_CHROMA_URL'),
    http: openHttpClient({ name: 'test-chroma', isRepeatable: () => true }),
  });
  own = await openKnowledgeBase({ database, ollama, vectors });
  foreign = await openKnowledgeBase({ database, ollama, vectors });
  await own.add({
    title: 'Studio guide',
    text: `# Opening hours

The pottery studio is open from Tuesday to Friday between nine and six. On Sundays we open at eleven and close at four.

# Refunds

A course fee is refunded in full when you cancel fourteen days before the first evening. Later we refund half of it.

# Glazes

Our celadon glaze fires at 1260 degrees in a reducing kiln. Never use it on pieces that go into a microwave.`,
  });
  await foreign.add({ title: 'Rival', text: 'The rival studio is open on Sundays at midnight for zebras only.' });
});

afterAll(async () => {
  await own?.close();
  await foreign?.close();
  await model?.close();
  await database?.drop();
});

function dependencies(knowledge: KnowledgeBase): AnswerDependencies {
  return {
    retrieval: {
      database: knowledge.database,
      ollama,
      vectors,
      passages: passagesTable,
      readSettings: readAnswerSettings,
    },
    ollama,
    readBasis: readAnswerBasis,
    thresholds: async () => OFFLINE_THRESHOLDS,
    timeouts: { firstTokenMs: 5_000, betweenTokensMs: 5_000 },
    answers: noAnswerCache,
  };
}

async function ask(question: string, history: { role: 'visitor' | 'assistant'; text: string }[] = []) {
  const pieces: string[] = [];
  const answer = await answerQuestion(dependencies(own), {
    creatorId: own.creatorId,
    question,
    history,
    voice: undefined,
    signal: new AbortController().signal,
    onText: (text) => pieces.push(text),
  });
  return { ...answer, streamed: pieces.join('') };
}

describe('an answer', () => {
  test('holds what the sources say, with the passage it comes from', async () => {
    const answer = await ask('When do you open on Sundays?');

    expect(answer).toMatchObject({ refused: false, finishReason: 'stop' });
    expect(answer.text).toContain('On Sundays we open at eleven');
    expect(answer.text).toContain('[1]');
    expect(answer.citations).toHaveLength(1);
    expect(answer.citations[0]?.snippet).toContain('On Sundays we open at eleven');
    expect(answer.citations[0]?.title).toBe('Studio guide');
  });

  test('is what was streamed, piece by piece', async () => {
    const answer = await ask('How hot does the celadon glaze fire?');

    expect(answer.text).toContain('1260');
    expect(answer.streamed).toBe(answer.text);
  });

  test('goes on where it is asked for more, and says where there is no more, or no reason', async () => {
    const history: { role: 'visitor' | 'assistant'; text: string }[] = [];
    const next = async (question: string) => {
      const answer = await ask(question, history);
      history.push({ role: 'visitor', text: question }, { role: 'assistant', text: answer.text });
      return answer;
    };

    const first = await next('Is a course fee refunded when I cancel?');
    const more = await next('What else?');
    const noMore = await next('Anything else?');
    const why = await next('Why?');
    const really = await next('Really?');

    expect(first.text).toContain('refunded in full');
    expect(more.text).not.toContain('refunded in full');
    expect([noMore, why].map(({ text, refused }) => [text, refused])).toEqual([
      ['That is all there is about it.', false],
      ['The sources do not say why.', false],
    ]);
    expect(really.text).toMatch(/^So it says: A course fee is refunded in full .* \[1\]/);
    expect(really.citations).toHaveLength(1);
  });

  test('follows a question that leans on the one before', async () => {
    const answer = await ask('And if I do it later?', [
      { role: 'visitor', text: 'Is the course fee refunded when I cancel?' },
      { role: 'assistant', text: 'Yes, fourteen days before.' },
    ]);

    expect(answer.refused).toBe(false);
    expect(answer.text.toLowerCase()).toContain('refund');
  });

  test.each(['Hello!', 'Who won the football world cup in 1998?', 'What is the capital of Mongolia?'])(
    'is refused politely to %j',
    async (question) => {
      const answer = await ask(question);

      expect(answer).toMatchObject({ refused: true, citations: [] });
      expect(answer.text.length).toBeGreaterThan(20);
      expect(answer.streamed).toBe(answer.text);
    },
  );
});

describe('retrieval', () => {
  test('never sees the passages of another creator, even when the index hands them out', async () => {
    const foreignCollection = await vectors.ensureCollection(foreign.creatorId);
    const deps = {
      ...dependencies(own).retrieval,
      vectors: {
        ...vectors,
        query: (_: string, embedding: readonly number[], count: number) =>
          vectors.query(foreignCollection, embedding, count),
      },
    };

    const found = await retrievePassages(deps, {
      creatorId: own.creatorId,
      query: widenQuery('Is the rival studio open for zebras?', []),
      count: 5,
    });

    expect(found.passages.every((passage) => passage.title === 'Studio guide')).toBe(true);
    expect(JSON.stringify(found)).not.toContain('zebras only');
    expect(found.similarity).toBeUndefined();
  });

  test('answers from full text alone while the index is away', async () => {
    const deps = {
      ...dependencies(own).retrieval,
      vectors: { ...vectors, query: () => Promise.reject(new Error('away')) },
    };

    const found = await retrievePassages(deps, {
      creatorId: own.creatorId,
      query: widenQuery('celadon glaze temperature', []),
      count: 3,
    });

    expect(found.complete).toBe(false);
    expect(found.passages[0]?.text).toContain('celadon');
  });

  describe('while the full text search takes longer than it may', () => {
    const slow = () => ({
      ...dependencies(own).retrieval,
      passages: (db: Executor, creatorId: string) => {
        const table = passagesTable(db, creatorId);
        const outOfTime = async () => {
          await db.query(`do $$ begin raise sqlstate '57014'; end $$`);
          return { settled: [], ranked: [], places: [] };
        };
        return {
          ...table,
          search: (...[words, ...rest]: Parameters<typeof table.search>) =>
            words.length > 0 ? outOfTime() : table.search(words, ...rest),
        };
      },
    });
    const request = () => ({ creatorId: own.creatorId, query: widenQuery('celadon glaze temperature', []), count: 3 });

    test('answers from the vectors alone', async () => {
      const found = await retrievePassages(slow(), request());

      expect(found.complete).toBe(false);
      expect(found.passages[0]?.text).toContain('celadon');
    });

    test('fails where there are no vectors either, rather than say that nothing is known', async () => {
      const away = { ...vectors, query: () => Promise.reject(new Error('away')) };

      await expect(retrievePassages({ ...slow(), vectors: away }, request())).rejects.toMatchObject({ code: '57014' });
    });
  });

  test('finds no passage of a document that was deleted', async () => {
    const documentId = await own.add({ title: 'Secret plan', text: 'The walrus exhibition opens in Reykjavik.' });
    const query = { creatorId: own.creatorId, query: widenQuery('walrus exhibition', []), count: 3 };
    const before = await retrievePassages(dependencies(own).retrieval, query);

    await own.database.withTenant(own.creatorId, (db) =>
      db.query('update documents set deleted_at = now() where creator_id = $1 and id = $2', [
        own.creatorId,
        documentId,
      ]),
    );
    const after = await retrievePassages(dependencies(own).retrieval, query);

    expect(before.passages[0]?.text).toContain('walrus');
    expect(after.passages.some((passage) => passage.documentId === documentId)).toBe(false);
  });
});
