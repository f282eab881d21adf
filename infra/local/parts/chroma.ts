import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import { startOnFreePort } from './loopback-port.ts';
import { foreignPart, type PartContext, type RunningPart } from './part.ts';
import { PartFailure } from './part-failure.ts';
import { superviseProcess } from './supervised-process.ts';

/**
 * The Chroma server inside the `chromadb` package, on loopback. Of the opened collections it keeps eight in memory: each
 * whose index has been written to its file takes 32 MB there, for the file has room for 10,000 vectors from the start.
 */
export async function startChroma(context: PartContext, ownUrl: string | undefined): Promise<RunningPart> {
  if (ownUrl !== undefined) return useOwn(ownUrl.replace(/\/+$/, ''));
  const folder = join(context.dataFolder, 'chroma');
  mkdirSync(folder, { recursive: true });
  return startOnFreePort(context.registry, 'chroma', async (port) => {
    const config = join(context.dataFolder, 'chroma.yaml');
    writeFileSync(config, configFile(port, folder));
    const url = `http://127.0.0.1:${port}`;
    const server = await superviseProcess({
      name: 'chroma',
      file: process.execPath,
      args: [fileURLToPath(new URL('chroma-process.ts', import.meta.url)), config],
      options: { env: { PATH: process.env.PATH, NO_COLOR: '1', ...MALLOC_ENV, ...COMPILE_CACHE_ENV } },
      logFile: join(context.dataFolder, 'logs', 'chroma.log'),
      isReady: () => beats(url, 1_000),
      readyWithinMs: 30_000,
      stopSignal: 'SIGINT',
      registry: context.registry,
      onProgress: context.onProgress,
      explain: (log) => /^Error: (.*)/m.exec(log)?.[1] ?? damage(log, folder),
    });
    return { url, owned: true, stop: server.stop };
  });
}

/**
 * For glibc's malloc, which otherwise keeps the room of indexes that were let go: it would raise its threshold to their
 * size and put the next ones into arenas that are never given back.
 */
const MALLOC_ENV = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

function damage(log: string, folder: string): string | undefined {
  const said = /SqliteError \{.*?message: "([^"]+)"/.exec(log)?.[1];
  return said && `${folder} is damaged (${said}): move it away and start again, then run \`npm run reconcile\``;
}

// JSON strings are YAML strings, whatever the path holds.
function configFile(port: number, folder: string): string {
  return `port: ${port}
listen_address: "127.0.0.1"
persist_path: ${JSON.stringify(folder)}
allow_reset: false
segment_manager:
  hnsw_index_pool_cache_config:
    memory:
      capacity: 8
      shards: 1
`;
}

async function beats(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/v2/heartbeat`, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function useOwn(url: string): Promise<RunningPart> {
  if (await beats(url, 5_000)) return foreignPart(url);
  throw new PartFailure(`Chroma at UNDERSTUDY_CHROMA_URL (${url}) does not answer`);
}
