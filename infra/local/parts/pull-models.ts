import * as z from 'zod';

const Line = z.object({ status: z.string().optional(), error: z.string().optional() });
const ATTEMPTS = 3;
/** A server that says nothing for so long has stopped pulling. */
const SILENCE_MS = 60_000;

export interface PullOptions {
  readonly url: string;
  readonly models: readonly string[];
  readonly onProgress: (message: string) => void;
  readonly pauseMs?: number;
}

/**
 * Has an Ollama fetch the models, one after the other, and tries each again where the connection breaks. Resolves to
 * why it could not, in one line, or to undefined when all are there.
 */
export async function pullModels({
  url,
  models,
  onProgress,
  pauseMs = 2_000,
}: PullOptions): Promise<string | undefined> {
  for (const model of models) {
    for (let attempt = 1; ; attempt += 1) {
      onProgress(`pulling ${model}`);
      const outcome = await pull(url, model);
      if (outcome.kind === 'done') break;
      if (outcome.kind === 'refused' || attempt === ATTEMPTS) return `${model} was not pulled: ${outcome.reason}`;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return undefined;
}

type Pulled = { readonly kind: 'done' } | { readonly kind: 'refused' | 'broken'; readonly reason: string };

/** `refused` is the server's own word, which another attempt would not change. */
async function pull(url: string, model: string): Promise<Pulled> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await fetch(`${url}/api/pull`, {
      method: 'POST',
      body: JSON.stringify({ model, stream: true }),
      signal: silence.signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      text = (text + decoder.decode(bytes, { stream: true })).slice(-LAST_LINES);
    }
    const last = Line.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
    if (response.ok && last.status === 'success') return { kind: 'done' };
    return { kind: 'refused', reason: (last.error ?? `status ${response.status}`).slice(0, 200) };
  } catch (error) {
    return { kind: 'broken', reason: silence.signal.aborted ? 'it fell silent' : (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

/** Of the progress only the end is read: there are thousands of lines. */
const LAST_LINES = 64_000;
