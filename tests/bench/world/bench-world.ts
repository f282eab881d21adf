import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningHost, startHost } from '../../support/running-host.ts';
import { type BenchClient, benchClient, type Creator } from './bench-client.ts';
import { startDelayedParts } from './delayed-parts.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';

/** A host of the bench's own, with the scripted model and one creator who has material and a widget. */
export interface BenchWorld {
  readonly host: RunningHost;
  readonly model: ScriptedModel;
  readonly client: BenchClient;
  readonly creator: Creator;
  readonly widgetId: string;
  /** A question that the material answers, and that nobody has asked before. */
  question(): string;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Holds up each request to Postgres and Redis. */
  readonly delayMs?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads the host's counters. */
export const METRICS_TOKEN = 'the-token-of-the-bench';

const DEVICES = 60;
const TOPICS = ['lamp', 'amber', 'green', 'cloth', 'water', 'unplug', 'plug', 'visitor', 'clean', 'dry', 'minutes'];

export async function startBenchWorld(options: WorldOptions = {}): Promise<BenchWorld> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  const partsFolder = join(dataFolder, 'delayed');
  const delayed = options.delayMs ? await startDelayedParts(partsFolder, options.delayMs) : undefined;
  const model = await startScriptedModel();
  const env = { OLLAMA_HOST: model.url, RATE_LIMIT_FACTOR: '100000', METRICS_TOKEN, ...delayed?.env, ...options.env };
  const host = await startHost({ dataFolder, env });
  const client = benchClient(host.endpoints);
  const creator = await client.newCreator();
  const bytes = Buffer.from(manual());
  const document = await client.upload(creator, { name: 'manual.md', type: 'text/markdown', bytes });
  const { status, error } = await client.settled(creator, document);
  if (status !== 'ready') throw new Error(`the manual is ${status}: ${JSON.stringify(error)}`);
  let asked = 0;
  return {
    host,
    model,
    client,
    creator,
    widgetId: await client.newWidget(creator),
    question: () => {
      asked += 1;
      return questionNumber(asked);
    },
    async stop() {
      await host.stop();
      await model.stop();
      await delayed?.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Another choice of topics for each round through the devices, so that no two questions are the same. */
function questionNumber(asked: number): string {
  const round = Math.floor(asked / DEVICES) + 1;
  const topics = TOPICS.filter((_, bit) => (round >> bit) % 2 === 1);
  return `How long does device ${asked % DEVICES} take to warm up: ${topics.join(', ')}?`;
}

function manual(): string {
  const sections = Array.from(
    { length: DEVICES },
    (_, n) => `## Device ${n}

Device ${n} takes ${n + 3} minutes to warm up before a visitor may use it. While it warms up its lamp is amber, and
when it is ready the lamp turns green. Clean device ${n} with a dry cloth after every use, and never with water. If
the lamp stays amber for more than ${n + 10} minutes, unplug device ${n}, wait a while, and plug it in again.
`,
  );
  return `# Manual of the workshop\n\n${sections.join('\n')}`;
}
