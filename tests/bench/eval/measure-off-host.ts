import { setup } from '../../support/integration-setup.ts';
import { requireVariable, testDatabase } from '../../support/test-database.ts';
import { calibrate } from './calibrate.ts';
import { measureAnswers, measureInjection } from './measure-answers.ts';
import { figuresOf } from './outcome.ts';
import type { QuestionSet } from './read-sets.ts';
import type { EvalRun, MeasuredSet } from './write-report.ts';

/** Starts what is needed, measures each set at each chunk size, and stops it again. */
export async function measureOffHost(sets: readonly QuestionSet[], sizes: readonly number[]): Promise<EvalRun> {
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
    const figures: MeasuredSet[] = [];
    for (const set of sets) {
      for (const [place, chunkTokens] of sizes.entries()) {
        const outcomes = await measureAnswers(parts, set, chunkTokens);
        const injected = place === 0 ? await measureInjection(parts, set, chunkTokens) : undefined;
        const header = { set: set.name, heldOut: set.heldOut, chunkTokens, injected };
        figures.push({ ...figuresOf(header, outcomes), calibration: calibrate(outcomes) });
      }
    }
    const { chatModel: model, embeddingModel } = parts;
    const offline = process.env.OLLAMA_HOST === undefined;
    return { at: new Date().toISOString(), model, embeddingModel, offline, figures };
  } finally {
    await database.drop();
    await close();
  }
}
