import { randomUUID } from 'node:crypto';
import { ChromaClient } from 'chromadb';
import type { BenchWorld } from './bench-world.ts';

/** What a turn takes with nothing of ours in it: the floor of this machine, at this hour. */
export interface BareScript {
  /** Embeds the question, asks Chroma, and streams the chat. @returns milliseconds until its first token */
  ask(question: string): Promise<number>;
  close(): Promise<void>;
}

const VECTORS = 60;
const FOUND = 15;
/** As many as the host's answers have. */
const ANSWER_TOKENS = 41;
/** As long as the prompts that the host sends for the same question. */
const PROMPT = 'The lamp turns green when the device is ready. '.repeat(80);

/** The same scripted model and the same Chroma as the host's, from this process: no socket, queue, database or Redis. */
export async function openBareScript({ host, model }: BenchWorld): Promise<BareScript> {
  const address = new URL(host.endpoints.chroma_url);
  const client = new ChromaClient({ host: address.hostname, port: Number(address.port), ssl: false });
  const name = `bare_${randomUUID()}`;
  const collection = await client.createCollection({ name, embeddingFunction: null });
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${model.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the model answered ${answer.status} to a bare script`);
    return answer;
  };
  const embed = async (input: readonly string[]): Promise<number[][]> => {
    const answer = (await (await post('/api/embed', { model: 'nomic-embed-text', input })).json()) as {
      embeddings: number[][];
    };
    return answer.embeddings;
  };
  model.set({ answerTokens: ANSWER_TOKENS });
  const texts = Array.from({ length: VECTORS }, (_, n) => `Device ${n} takes ${n + 3} minutes to warm up.`);
  await collection.upsert({ ids: texts.map((_, n) => String(n)), embeddings: await embed(texts) });

  return {
    async ask(question) {
      const startedAt = performance.now();
      await collection.query({ queryEmbeddings: await embed([question]), nResults: FOUND });
      const messages = [{ role: 'user', content: `${PROMPT}\n${question}` }];
      const { body } = await post('/api/chat', { model: 'llama2:7b-chat', messages, stream: true });
      let firstTokenMs: number | undefined;
      for await (const _ of body ?? []) firstTokenMs ??= performance.now() - startedAt;
      return firstTokenMs ?? Number.NaN;
    },
    async close() {
      model.set({});
      await client.deleteCollection({ name });
    },
  };
}
