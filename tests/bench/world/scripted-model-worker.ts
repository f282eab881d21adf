import { parentPort } from 'node:worker_threads';
import { startScriptedOllama } from '../../support/scripted-ollama.ts';

/** What can be told across a thread's border; absent values go back to the constant's own. */
export interface ScriptSettings {
  readonly tokenMs?: number;
  readonly answerTokens?: number;
  /** One embedding call at a time, as a model on one card works. */
  readonly serialEmbedding?: boolean;
}

// The thread behind `startScriptedModel`.
const model = await startScriptedOllama();
const constants = { ...model.script };

let busyMs = 0;
let freeAtMs = 0;
/** When the model was first asked since the script was set. */
let firstAtMs = 0;

/** Waits for those before it, then for its own time. */
function inTurn(texts: number): number {
  const now = performance.now();
  const ownMs = constants.embeddingMs(texts);
  freeAtMs = Math.max(now, freeAtMs) + ownMs;
  busyMs += ownMs;
  firstAtMs ||= now;
  return freeAtMs - now;
}

function apply({ tokenMs, answerTokens, serialEmbedding }: ScriptSettings): void {
  firstAtMs = 0;
  model.script.embeddingMs = serialEmbedding ? inTurn : constants.embeddingMs;
  model.script.tokenMs = tokenMs ?? constants.tokenMs;
  model.script.answer =
    answerTokens === undefined
      ? constants.answer
      : () => Array.from({ length: answerTokens }, (_, place) => ` t${place}`);
}

parentPort?.on('message', (message: { settings?: ScriptSettings; busy?: boolean }) => {
  if (message.settings) apply(message.settings);
  if (message.busy)
    parentPort?.postMessage({
      busyMs,
      calls: model.embeddings.length,
      from: performance.timeOrigin + firstAtMs,
      to: performance.timeOrigin + freeAtMs,
    });
});
parentPort?.postMessage({ url: model.url });
