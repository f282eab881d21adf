import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import { startOnFreePort } from './loopback-port.ts';
import { foreignPart, type PartContext, type RunningPart } from './part.ts';
import { PartFailure } from './part-failure.ts';
import { type Launch, withDeathSignal } from './postgres-programs.ts';
import { findProgram } from './program-path.ts';
import { superviseProcess } from './supervised-process.ts';

const OLDEST_MAJOR = 7;

/**
 * Redis on loopback: `redis-server` from the PATH when it is recent enough, else the one from npm. Nothing is kept
 * between runs, as Redis holds only what may be lost.
 */
export async function startRedis(context: PartContext, ownUrl: string | undefined): Promise<RunningPart> {
  if (ownUrl !== undefined) return useOwn(ownUrl);
  const program = installedServer();
  return startOnFreePort(context.registry, 'redis', async (port) => {
    const launch = program === undefined ? fromNpm(port) : fromPath(program, port, context);
    const server = await superviseProcess({
      name: 'redis',
      ...launch,
      logFile: join(context.dataFolder, 'logs', 'redis.log'),
      isReady: () => answersPing(port),
      readyWithinMs: 20_000,
      stopSignal: 'SIGTERM',
      registry: context.registry,
      onProgress: context.onProgress,
    });
    return { url: `redis://127.0.0.1:${port}`, owned: true, stop: server.stop };
  });
}

function installedServer(): string | undefined {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  try {
    const version = execFileSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 });
    return Number(/v=(\d+)/.exec(version)?.[1] ?? 0) >= OLDEST_MAJOR ? program : undefined;
  } catch {
    return undefined;
  }
}

function fromPath(program: string, port: number, context: PartContext): Launch {
  const folder = join(context.dataFolder, 'redis');
  mkdirSync(folder, { recursive: true });
  const settings = { port: String(port), bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', daemonize: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return withDeathSignal({ file: program, args, options: {} }, 'TERM');
}

function fromNpm(port: number): Launch {
  const entry = fileURLToPath(new URL('redis-process.ts', import.meta.url));
  return {
    file: process.execPath,
    args: [entry, String(port)],
    options: { env: { PATH: process.env.PATH, ...COMPILE_CACHE_ENV } },
  };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('*1\r\n$4\r\nPING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}

async function useOwn(url: string): Promise<RunningPart> {
  const client = new Redis(url.replace('+cluster:', ':'), {
    lazyConnect: true,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    retryStrategy: () => null,
  });
  client.on('error', () => {}); // Also rejects the command below.
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw new PartFailure(`Redis at UNDERSTUDY_REDIS_URL does not answer: ${(error as Error).message}`);
  } finally {
    client.disconnect();
  }
  return foreignPart(url);
}
