import type { OllamaGateway } from './ollama.ts';

/** 6 KB each. */
const MAX_REMEMBERED = 500;

/** The same gateway, which asks for the vector of a query only once while the instance lives. */
export function rememberEmbeddings(ollama: OllamaGateway): OllamaGateway {
  const vectors = new Map<string, number[]>();
  return {
    ...ollama,
    async embed(texts, kind, signal) {
      const [text] = texts;
      if (kind === 'document' || texts.length !== 1 || text === undefined) return ollama.embed(texts, kind, signal);
      const known = vectors.get(text);
      if (known) return [known];
      const made = await ollama.embed(texts, kind, signal);
      if (made[0]) vectors.set(text, made[0]);
      const [oldest] = vectors.keys();
      if (vectors.size > MAX_REMEMBERED && oldest !== undefined) vectors.delete(oldest);
      return made;
    },
  };
}
