/** How Chroma is run, wherever it is: `localstack.yml` says the same, which a test compares. */
export interface ChromaConfig {
  readonly port: number;
  readonly listenAddress: string;
  readonly persistPath: string;
  /**
   * How many collections are kept in memory. Each takes 32 MB there: the file of an index has room for 10,000 vectors from
   * the start, and is read whole.
   */
  readonly openIndexes: number;
  /** Parts of that, each with its own share. */
  readonly shards: number;
}

// JSON strings are YAML strings, whatever the path holds.
export const chromaConfig = (config: ChromaConfig) => `port: ${config.port}
listen_address: ${JSON.stringify(config.listenAddress)}
persist_path: ${JSON.stringify(config.persistPath)}
allow_reset: false
segment_manager:
  hnsw_index_pool_cache_config:
    memory:
      capacity: ${config.openIndexes}
      shards: ${config.shards}
`;

/**
 * For glibc's malloc: the room of an index that was let go is taken by the next one, which is opened in a third of the time
 * that new pages take. The first threshold is malloc's largest and just above those 32 MB; with more than one arena each
 * would keep room of its own.
 */
export const CHROMA_MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '33554432',
  MALLOC_TRIM_THRESHOLD_: '67108864',
} as const;
