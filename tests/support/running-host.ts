import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { PROJECT_ROOT } from './module-graph.ts';

export const Endpoints = z.object({
  rest_url: z.string(),
  websocket_url: z.string(),
  console_url: z.string().nullable(),
  demo_url: z.string(),
  mail_url: z.string(),
  database_url: z.string(),
  redis_url: z.string(),
  chroma_url: z.string(),
  ollama_url: z.string(),
  aws_endpoint_url: z.string(),
  pid: z.number(),
});
export type Endpoints = z.infer<typeof Endpoints>;

export interface RunningHost {
  readonly endpoints: Endpoints;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends one function's worker as a crash would. Only with the option `faults`. */
  killFunction(name: string): Promise<void>;
}

export interface HostOptions {
  readonly dataFolder: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Starts the host with the hook for `killFunction` instead of the command itself. */
  readonly faults?: boolean;
}

const READY_WITHIN_MS = 120_000;

/** Starts `npm start`'s command on a data folder and a port of its own, and waits for its ready line. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const program = options.faults ? 'tests/support/host-with-faults.ts' : 'infra/local/start.ts';
  const child = spawn(process.execPath, [program, ...(options.args ?? [])], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      UNDERSTUDY_DATA: options.dataFolder,
      PORT: String(options.port ?? (await freePort())),
      OLLAMA_HOST: '',
      UNDERSTUDY_MACHINE_OLLAMA: 'never',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.faults ? (['ipc'] as const) : [])],
  });
  const lines: string[] = [];
  await untilReady(child, lines);
  const endpoints = Endpoints.parse(JSON.parse(await readFile(join(options.dataFolder, 'endpoints.json'), 'utf8')));
  return {
    endpoints,
    dataFolder: options.dataFolder,
    process: child,
    output: () => lines.join('\n'),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      return child.exitCode;
    },
    kill: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    killFunction: async (name) => {
      const killed = once(child, 'message');
      child.send({ kill: name });
      await killed;
    },
  };
}

function untilReady(child: ChildProcess, lines: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`the host ${reason}:\n${lines.slice(-40).join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('was not ready in time');
    }, READY_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code} before it was ready`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (!line.includes('Understudy is ready')) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}
