import { APIError } from '../../../shared/errors/api-error.ts';
import type { ChatRequest } from './ollama.ts';

/** Ends the request when the server falls silent. */
export function silenceWatch(controller: AbortController, request: ChatRequest) {
  const first = request.firstTokenTimeoutMs ?? 60_000;
  const between = request.betweenTokensTimeoutMs ?? 15_000;
  const arm = (timeoutMs: number) =>
    setTimeout(() => {
      controller.abort(new APIError('UPSTREAM_TIMEOUT', 'The language model stopped answering.'));
    }, timeoutMs);
  let timer = arm(first);
  return {
    heard() {
      clearTimeout(timer);
      timer = arm(between);
    },
    stop: () => clearTimeout(timer),
  };
}
