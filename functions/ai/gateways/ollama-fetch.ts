import { APIError } from '../../../shared/errors/api-error.ts';
import { strictNdjson } from './strict-ndjson.ts';
import { UpstreamRefusal } from './upstream-failure.ts';

/**
 * Adds the signal, follows no redirect (a question goes to nobody else), turns refusals into our errors, and makes a
 * malformed stream an error instead of a gap.
 */
export function boundFetch(http: { fetch: typeof fetch }, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const signals = [init?.signal, signal].filter((each) => each !== undefined && each !== null);
    const bound = signals.length > 0 ? AbortSignal.any(signals) : null;
    const response = await http.fetch(input, { ...init, redirect: 'manual', signal: bound });
    if (!response.ok) throw await refusedBy(response);
    return response.headers.get('content-type')?.includes('ndjson') ? strictNdjson(response) : response;
  };
}

async function refusedBy(response: Response): Promise<APIError> {
  const cause = new UpstreamRefusal('ollama', response.status, await response.text().catch(() => ''));
  if (response.status === 503 || response.status === 404) {
    return new APIError('DEPENDENCY_UNAVAILABLE', 'The language model is not available right now.', { cause });
  }
  return new APIError('UPSTREAM_FAILED', 'The language model failed.', { cause });
}
