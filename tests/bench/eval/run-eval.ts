import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setup } from '../../support/integration-setup.ts';
import { requireVariable, testDatabase } from '../../support/test-database.ts';
import { type EvalFigures, measureAnswers } from './measure-answers.ts';
import { QUESTION_SETS } from './question-sets.ts';

// The command behind `npm run eval`: part B of the test programme as a table, and as JSON in the data folder. With
// OLLAMA_HOST a real model answers, else the offline model. `-v` also tells every question that went wrong.

const CHUNK_TOKENS = [1_000, 200];
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function toRow(figures: EvalFigures): Record<string, string | number> {
  return {
    set: figures.set,
    'chunk tokens': figures.chunkTokens,
    questions: `${figures.answerable} + ${figures.unanswerable}`,
    'recall @1': percent(figures.recallAt1),
    'recall @5': percent(figures.recallAt5),
    'refused rightly': figures.unanswerable === 0 ? '–' : percent(figures.refusedRightly),
    'refused wrongly': percent(figures.refusedWrongly),
    'citations right': percent(figures.citationsRight),
  };
}

const close = await setup();
const database = await testDatabase();
try {
  const parts = {
    database,
    chromaUrl: requireVariable('TEST_CHROMA_URL'),
    ollamaUrl: process.env.OLLAMA_HOST ?? requireVariable('TEST_OLLAMA_URL'),
    chatModel: process.env.CHAT_MODEL ?? 'llama2:7b-chat',
    embeddingModel: process.env.EMBEDDING_MODEL ?? 'nomic-embed-text',
  };
  const all: EvalFigures[] = [];
  for (const set of QUESTION_SETS) {
    for (const chunkTokens of CHUNK_TOKENS) all.push(await measureAnswers(parts, set, chunkTokens));
  }
  console.table(all.map(toRow));
  if (process.argv.includes('-v')) {
    for (const { set, chunkTokens, misses } of all) {
      for (const { question, fault } of misses) console.log(`${set} ${chunkTokens}  ${fault}: ${question}`);
    }
  }
  const folder = process.env.UNDERSTUDY_DATA ?? '.local';
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'eval.json'),
    `${JSON.stringify({ at: new Date().toISOString(), figures: all }, null, 1)}\n`,
  );
} finally {
  await database.drop();
  await close();
}
process.exit(0);
