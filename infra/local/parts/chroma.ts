import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHROMA_MALLOC, chromaConfig } from '../../chroma-settings.ts';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import { startOnFreePort } from './loopback-port.ts';
import { foreignPart, type PartContext, type RunningPart } from './part.ts';
import { PartFailure } from './part-failure.ts';
import { superviseProcess } from './supervised-process.ts';

/** How many collections the server keeps in memory. */
export const OPEN_INDEXES = 8;

/** The Chroma server inside the `chromadb` package, on loopback. */
export async function startChroma(context: PartContext, ownUrl: string | undefined): Promise<RunningPart> {
  if (ownUrl !== undefined) return useOwn(ownUrl.replace(/\/+$/, ''));
  const folder = join(context.dataFolder, 'chroma');
  mkdirSync(folder, { recursive: true });
  return startOnFreePort(context.registry, 'chroma', async (port) => {
    const config = join(context.dataFolder, 'chroma.yaml');
    const places = { port, listenAddress: '127.0.0.1', persistPath: folder };
    writeFileSync(config, chromaConfig({ ...places, openIndexes: OPEN_INDEXES, shards: 1 }));
    const url = `http://127.0.0.1:${port}`;
    const server = await superviseProcess({
      name: 'chroma',
      file: process.execPath,
      args: [fileURLToPath(new URL('chroma-process.ts', import.meta.url)), config],
      options: { env: { PATH: process.env.PATH, NO_COLOR: '1', ...CHROMA_MALLOC, ...COMPILE_CACHE_ENV } },
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

function damage(log: string, folder: string): string | undefined {
  const said = /SqliteError \{.*?message: "([^"]+)"/.exec(log)?.[1];
  return said && `${folder} is damaged (${said}): move it away and start again, then run \`npm run reconcile\``;
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
