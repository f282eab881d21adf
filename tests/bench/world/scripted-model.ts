import { Worker } from 'node:worker_threads';
import type { ScriptSettings } from './scripted-model-worker.ts';

export interface EmbeddingBusy {
  readonly busyMs: number;
  readonly calls: number;
  /** When it was first asked since the last `set`, and when it was done; milliseconds of the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface ScriptedModel {
  readonly url: string;
  /** Changes the script from the next request on. */
  set(settings: ScriptSettings): void;
  /** What the embedding calls took since the start, counted while `serialEmbedding` is set. */
  embeddingBusy(): Promise<EmbeddingBusy>;
  stop(): Promise<void>;
}

/** The scripted Ollama in a thread of its own, so that it keeps its delays whatever the clients do. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const worker = new Worker(new URL('./scripted-model-worker.ts', import.meta.url), { name: 'scripted-model' });
  const answer = () =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const { url } = await answer();
  return {
    url: String(url),
    set: (settings) => worker.postMessage({ settings }),
    embeddingBusy: async () => {
      const told = answer();
      worker.postMessage({ busy: true });
      return (await told) as unknown as EmbeddingBusy;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
