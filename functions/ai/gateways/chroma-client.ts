import { ChromaClient } from 'chromadb';
import { APIError } from '../../../shared/errors/api-error.ts';
import type { VectorIndexOptions } from './chroma.ts';
import { UpstreamRefusal } from './upstream-failure.ts';

/** The package's client, with its requests going through the project's HTTP client. */
export function openChromaClient({ url, http }: VectorIndexOptions): ChromaClient {
  const address = new URL(url);
  const ssl = address.protocol === 'https:';
  const client = new ChromaClient({
    host: address.hostname,
    port: Number(address.port || (ssl ? 443 : 80)),
    ssl,
    tenant: 'default_tenant',
    database: 'default_database',
  });
  // The package has no option for its fetch, so its generated client is told.
  // biome-ignore lint/complexity/useLiteralKeys: the property is private in the package's types.
  client['apiClient'].setConfig({ fetch: checkedFetch(http) });
  return client;
}

/** The generated client throws a refusal's body; ours tells the status and keeps the body as the cause. */
function checkedFetch(http: { readonly fetch: typeof fetch }): typeof fetch {
  return async (input, init) => {
    const response = await http.fetch(input, init);
    if (response.ok) return response;
    const cause = new UpstreamRefusal('chroma', response.status, await response.text().catch(() => ''));
    if (response.status === 404) throw new APIError('NOT_FOUND', 'The search index has no such collection.', { cause });
    const code = response.status === 503 ? 'DEPENDENCY_UNAVAILABLE' : 'UPSTREAM_FAILED';
    throw new APIError(code, 'The search index failed.', { cause });
  };
}
