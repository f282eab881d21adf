import { APIError } from '../../../shared/errors/api-error.ts';

/** All that may be repeated of what a server says: it may quote the prompt or the passages that it was sent. */
const KNOWN_WORDS =
  /model not found|not found|try pulling|context length|too long|out of memory|overloaded|queue|busy|loading|timed? ?out|unauthorized|does not exist|dimension/gi;

/** That a server refused, and which known words it used. Logged as a cause, never shown. */
export class UpstreamRefusal extends Error {
  override readonly name = 'UpstreamRefusal';
  readonly status: number;

  constructor(server: string, status: number, told: string) {
    const words = [...new Set(told.slice(0, 1_000).toLowerCase().match(KNOWN_WORDS))];
    super(`${server} answered ${status}${words.length > 0 ? `: ${words.join(', ')}` : ''}`);
    this.status = status;
  }
}

/**
 * What a failed call to Ollama means to whoever asked. The words are ours: what the server said is the cause, which
 * is logged and never shown.
 */
export function ollamaFailure(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return upstreamFailure(error, 'The language model');
}

/** The same for Chroma. */
export function chromaFailure(error: unknown): unknown {
  return upstreamFailure(error, 'The search index');
}

function upstreamFailure(error: unknown, who: string): APIError {
  if (error instanceof APIError) return error;
  if (isNamed(error, 'TimeoutError'))
    return new APIError('UPSTREAM_TIMEOUT', `${who} took too long.`, { cause: error });
  if (isUnreachable(error)) {
    return new APIError('DEPENDENCY_UNAVAILABLE', `${who} is not available right now.`, { cause: error });
  }
  return new APIError('UPSTREAM_FAILED', `${who} failed.`, { cause: error });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** `fetch` tells a connection that was never made by a TypeError with the socket's error as its cause. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error.cause as { code?: string } | undefined)?.code ?? '';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
}
