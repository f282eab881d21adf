import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { widenQuery } from '../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { searchByWords } from '../../../support/search-by-words.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const ollama = { embeddingModel: 'none', embed: async (texts: readonly string[]) => texts.map(() => [1]) };
const vectors = { ensureCollection: async () => randomUUID(), upsert: async () => {} };

let database: TestDatabase;
let knowledge: KnowledgeBase;

beforeAll(async () => {
  database = await testDatabase();
  knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Deutsch', text: 'Die Öfen werden freitags gereinigt. Eine Reparatur kostet 40 Euro.' });
  await knowledge.add({
    title: 'Español',
    text: 'Los hornos se limpian los viernes. Las reparaciones cuestan 40 euros.',
  });
  await knowledge.add({ title: 'Français', text: 'Les cours commencent le samedi. Les réparations coûtent 40 euros.' });
  await knowledge.add({ title: 'English', text: 'The kilns are cleaned on Fridays. Repairs cost 40 euros.' });
});

afterAll(async () => {
  await knowledge?.close();
  await database?.drop();
});

// Words are stored as they stand (configuration `simple`) and asked for by their beginnings: no language is favoured.
test.each([
  ['Was kosten Reparaturen?', 'Deutsch'],
  ['Wann ist die Reinigung am Freitag?', 'Deutsch'],
  ['¿Cuánto cuesta una reparación?', 'Español'],
  ['¿Cuándo se limpia el horno?', 'Español'],
  ['Quand commence un cours ?', 'Français'],
  ['Is the kiln cleaned on Friday?', 'English'],
])('the full text alone finds another form of the words, in any language: %s', async (question, title) => {
  const { creatorId, database: tenants } = knowledge;
  const { prefixes } = widenQuery(question, []);

  const found = await searchByWords(tenants, creatorId, prefixes, 10);

  expect(found[0]?.title).toBe(title);
});
