import { readFileSync } from 'node:fs';
import { MISUSED, tellMisuse, UsageError } from '../../shared/config/command-line.ts';
import { type CommandOptions, HELP, readCommand } from './command-options.ts';
import { createConsoleView } from './console-view.ts';
import { type Host, startHost } from './host.ts';
import { HostError } from './host-error.ts';
import { PartFailure } from './parts/part-failure.ts';

const fail = (line: string, code: number): never => {
  process.stderr.write(`understudy: ${line}\n`);
  process.exit(code);
};

function requirePinnedNode(): void {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: { node: string } };
  if (process.versions.node === devDependencies.node) return;
  fail(`wants Node ${devDependencies.node} and got ${process.versions.node}: start it by \`npm start\``, 1);
}

function commandOptions(): CommandOptions | undefined {
  try {
    return readCommand(process.argv.slice(2), process.env, process.stdout.isTTY === true);
  } catch (error) {
    if (error instanceof UsageError) return fail(tellMisuse(error, 'npm start'), MISUSED);
    return fail(error instanceof Error ? error.message : String(error), MISUSED);
  }
}

function failToStart(error: unknown): never {
  if (!(error instanceof Error)) return fail(String(error), 1);
  // What the system refuses (a full disk, a right that is missing) is no fault of the program: one line says it.
  const isExpected = error instanceof HostError || error instanceof PartFailure || 'syscall' in error;
  return fail(isExpected ? error.message : (error.stack ?? error.message), 1);
}

const options = commandOptions();
if (!options) {
  process.stdout.write(HELP);
  process.exit(0);
}
requirePinnedNode();

const view = createConsoleView(process.stdout, options.colour);
view.starting(process.versions.node);
const givingUp = new AbortController();
const starting: Promise<Host> = startHost({
  dataFolder: options.dataFolder,
  port: options.port,
  fresh: options.fresh,
  useMachineOllama: process.env.UNDERSTUDY_MACHINE_OLLAMA !== 'never',
  onProgress: view.progress,
  signal: givingUp.signal,
});

let stopping = false;
const stop = async (exitCode: number): Promise<void> => {
  if (stopping) process.exit(130); // Whoever asks twice does not want to wait.
  stopping = true;
  view.progress('host', 'stopping');
  givingUp.abort();
  const host = await starting.catch(() => undefined);
  await host?.stop();
  process.exit(exitCode);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// A fault in one answer must not take everything else down; after an exception nothing is certain any more.
process.on('unhandledRejection', (reason) => view.progress('host', `a fault: ${firstLine(reason)}`));
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  void stop(1);
});

try {
  const host = await starting;
  if (!stopping) view.ready(host);
} catch (error) {
  if (!stopping) failToStart(error);
}

function firstLine(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.split('\n', 1)[0] ?? '';
}
