import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutPower, freezePart, HOST_PARTS, killPart } from '../support/host-parts.ts';
import { rest } from '../support/rest-client.ts';
import { figure, shareOf, tellFigure, WITHIN_MS } from '../support/safety/figures.ts';
import { type Acknowledged, type OutageWorld, openOutageWorld, whatIsWrong } from '../support/safety/outage-world.ts';
import { until } from '../support/until.ts';

const SHORT = '# Orchard\n\nThe oldest pear tree of the orchard is called Agathe and was planted in 1911.\n';
const QUESTION = 'What is the oldest pear tree of the orchard called?';
/** Some minutes for each round: at the full figures alone. */
const PART_ROUNDS = figure(0, 3);

let world: OutageWorld;
beforeAll(async () => {
  world = await openOutageWorld();
  expect(await whatIsWrong(world.creator, { documents: [await world.uploadUnread(SHORT)], questions: [] })).toEqual([]);
}, 120_000);
afterAll(() => world?.stop());

/** Long enough to be met while it is read. */
function longText(): string {
  const line = (n: number) => `The gauge of the mill showed ${(n * 37) % 997} points at remark ${n} of the day.`;
  const section = (n: number) =>
    `## Gauge ${n}\n\n${Array.from({ length: 40 }, (_, at) => line(n * 40 + at)).join(' ')}`;
  return Array.from({ length: 120 }, (_, n) => section(n)).join('\n\n');
}

const documentNow = async (id: string) =>
  (await rest('GET', `/v1/hub/documents/${id}`, { token: world.creator.token })).body;

/** Nobody writes the table from now on; resolves when somebody waits to. The end of Postgres lets it go. */
async function holdWriters(table: 'documents' | 'chunks', meanwhile: () => Promise<string>): Promise<string> {
  const client = new pg.Client({ connectionString: world.host.endpoints.database_url });
  client.on('error', () => {}); // Postgres is about to be killed under it.
  await client.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in share mode`);
  const id = await meanwhile();
  await until(`somebody to write ${table}`, async () => {
    const held = 'select 1 from pg_locks where not granted and relation = $1::regclass';
    return ((await client.query(held, [table])).rowCount ?? 0) > 0;
  });
  return id;
}

/** Uploads a document and resolves, with its id, when the ingest stands at the step. */
const STEPS: readonly (readonly [name: string, reach: () => Promise<string>])[] = [
  ['the document is published', () => holdWriters('chunks', () => world.uploadUnread(longText()))],
  ['the upload is acknowledged', () => world.uploadUnread(longText())],
  [
    'the text is read and the model hangs',
    async () => {
      freezePart(world.host, 'offline-model');
      const id = await world.uploadUnread(longText());
      await until('the text to be read', async () => (await documentNow(id)).status === 'processing');
      return id;
    },
  ],
  [
    'progress is written',
    async () => {
      const id = await world.uploadUnread(longText());
      await until('the reading to begin', async () => (await documentNow(id)).status === 'processing');
      return holdWriters('documents', async () => id);
    },
  ],
  [
    'some of the vectors are written',
    async () => {
      const id = await world.uploadUnread(longText());
      await until('some vectors', async () => (await documentNow(id)).progress.done > 0);
      expect((await documentNow(id)).status, 'it was read before it could be interrupted').toBe('processing');
      return id;
    },
  ],
];

const secondsSince = (startedAtMs: number) => Math.round((Date.now() - startedAtMs) / 1_000);

test(
  'A15: a power cut at a step of the ingest loses nothing acknowledged and leaves one generation',
  async () => {
    const steps = shareOf(STEPS, STEPS.length);
    const healed: number[] = [];

    for (const [name, reach] of steps) {
      const acknowledged: Acknowledged = { documents: [await reach()], questions: [] };
      if (!name.startsWith('progress')) acknowledged.documents.push(await world.uploadUnread(SHORT));
      acknowledged.questions.push(await world.ask(QUESTION));
      await cutPower(world.host);
      await world.startAgain();
      const startedAtMs = Date.now();

      expect(await whatIsWrong(world.creator, acknowledged), name).toEqual([]);
      healed.push(secondsSince(startedAtMs));
    }

    const reached = `0 lost, 1 generation, healed in ${healed.join(', ')} s`;
    tellFigure('A15', `host and parts killed at ${steps.length} steps of an ingest`, '0 lost, ≤ 60 s', reached);
  },
  WITHIN_MS,
);

test.runIf(PART_ROUNDS > 0)(
  'A15: Redis, Chroma, Postgres and the model killed during work lose nothing acknowledged',
  async () => {
    const healed: number[] = [];

    for (let round = 0; round < PART_ROUNDS; round += 1) {
      const acknowledged: Acknowledged = { documents: [], questions: [] };
      for (const part of HOST_PARTS) {
        acknowledged.documents.push(await world.uploadUnread(longText()));
        acknowledged.questions.push(await world.ask(QUESTION));
        killPart(world.host, part);
        await until(`${part} to be back`, () => isWhole());
      }
      const startedAtMs = Date.now();

      expect(await whatIsWrong(world.creator, acknowledged), `round ${round}`).toEqual([]);
      healed.push(secondsSince(startedAtMs));
    }

    const reached = `0 lost, 1 generation, healed in ${healed.join(', ')} s`;
    tellFigure('A15', `each of four parts killed ${PART_ROUNDS} times during work`, '0 lost, ≤ 60 s', reached);
  },
  WITHIN_MS,
);

/** Uploads and questions are accepted again. */
async function isWhole(): Promise<boolean> {
  const answers = await Promise.all([
    rest('GET', '/v1/hub/documents', { token: world.creator.token }),
    rest('POST', '/v1/ai/search', { token: world.creator.token, body: { query: QUESTION } }),
  ]);
  return answers.every(({ status }) => status === 200);
}
