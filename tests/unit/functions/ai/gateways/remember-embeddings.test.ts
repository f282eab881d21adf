import { expect, test } from 'vitest';
import type { OllamaGateway } from '../../../../../functions/ai/gateways/ollama.ts';
import { rememberEmbeddings } from '../../../../../functions/ai/gateways/remember-embeddings.ts';

/** Counts what is asked for, and answers when told to. */
function openModel() {
  const asked: string[] = [];
  const waiting: { answer: () => void; fail: (error: Error) => void }[] = [];
  const embed: OllamaGateway['embed'] = (texts) => {
    asked.push(...texts);
    return new Promise((resolve, reject) => {
      waiting.push({ answer: () => resolve(texts.map(() => [texts.length])), fail: reject });
    });
  };
  const ollama: Pick<OllamaGateway, 'embed'> = { embed };
  return { asked, waiting, remembering: rememberEmbeddings(ollama as OllamaGateway) };
}

test('a query that was begun is asked for once, however many wait for it', async () => {
  const { asked, waiting, remembering } = openModel();

  remembering.embedAhead('a');
  remembering.embedAhead('a');
  const both = [remembering.embed(['a'], 'query'), remembering.embed(['a'], 'query')];
  waiting[0]?.answer();

  expect(await Promise.all(both)).toEqual([[[1]], [[1]]]);
  expect(await remembering.embed(['a'], 'query')).toEqual([[1]]);
  expect(asked).toEqual(['a']);
});

test('a beginning that fails is told to who waits, and not to the next', async () => {
  const { asked, waiting, remembering } = openModel();

  remembering.embedAhead('a');
  const waits = remembering.embed(['a'], 'query');
  waiting[0]?.fail(new Error('away'));
  await expect(waits).rejects.toThrow('away');
  const again = remembering.embed(['a'], 'query');
  waiting[1]?.answer();

  expect(await again).toEqual([[1]]);
  expect(asked).toEqual(['a', 'a']);
});

test('who stops waiting is let go at once, and the vector is made all the same', async () => {
  const { asked, waiting, remembering } = openModel();
  const controller = new AbortController();

  remembering.embedAhead('a');
  const waits = remembering.embed(['a'], 'query', controller.signal);
  controller.abort(new Error('enough'));
  await expect(waits).rejects.toThrow('enough');
  await expect(remembering.embed(['a'], 'query', controller.signal)).rejects.toThrow('enough');
  waiting[0]?.answer();

  expect(await remembering.embed(['a'], 'query')).toEqual([[1]]);
  expect(asked).toEqual(['a']);
});

test('passages are never remembered', async () => {
  const { asked, waiting, remembering } = openModel();

  for (const round of [0, 1]) {
    const made = remembering.embed(['a'], 'document');
    waiting[round]?.answer();
    await made;
  }

  expect(asked).toEqual(['a', 'a']);
});
