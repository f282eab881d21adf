import type { OllamaGateway } from './ollama.ts';

/** A gateway that asks for the vector of a query only once while the instance lives. */
export interface RememberingOllama extends OllamaGateway {
  /** Begins with the vector of a query that is about to be asked for; whoever asks then waits for it. Never throws. */
  embedAhead(query: string): void;
}

/** 6 KB each. */
const MAX_REMEMBERED = 500;

/** The last 500 queries' vectors, in this instance's memory; documents are asked for each time. */
export function rememberEmbeddings(ollama: OllamaGateway): RememberingOllama {
  const vectors = new Map<string, number[]>();
  const begun = new Map<string, Promise<number[][]>>();

  const make = async (query: string, signal?: AbortSignal): Promise<number[][]> => {
    const made = await ollama.embed([query], 'query', signal);
    if (made[0]) vectors.set(query, made[0]);
    const [oldest] = vectors.keys();
    if (vectors.size > MAX_REMEMBERED && oldest !== undefined) vectors.delete(oldest);
    return made;
  };

  return {
    ...ollama,
    embedAhead(query) {
      if (vectors.has(query) || begun.has(query)) return;
      const making = make(query).finally(() => begun.delete(query));
      making.catch(() => {}); // Whoever asks is told.
      begun.set(query, making);
    },
    async embed(texts, kind, signal) {
      const [text] = texts;
      if (kind === 'document' || texts.length !== 1 || text === undefined) return ollama.embed(texts, kind, signal);
      const known = vectors.get(text);
      if (known) return [known];
      const making = begun.get(text);
      return making ? unlessAborted(making, signal) : make(text, signal);
    },
  };
}

/** What others may wait for as well goes on; only this one's waiting ends. @throws the signal's reason */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
