import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useHost } from '../support/host-under-test.ts';
import { keptFrames } from '../support/kept-frames.ts';
import { type Creator, newCreator, rest, settledDocument, upload, uploadText } from '../support/rest-client.ts';
import { freePort, type RunningHost, startHost } from '../support/running-host.ts';
import { type ScriptedOllama, startScriptedOllama } from '../support/scripted-ollama.ts';
import { storedDocument } from '../support/stored-document.ts';
import { until } from '../support/until.ts';
import {
  historyOf,
  newVisitorSession,
  newWidget,
  PAGE_ORIGIN,
  reopenSocket,
  type VisitorSession,
  VisitorSocket,
} from '../support/visitor.ts';

const NOTES = `# Orchard notes

The oldest pear tree of the orchard is called Agathe. It stands beside the well and was planted in 1911 by the
grandmother of the present owner, who had brought the sapling from Brittany in a hat box on the night train.
`;
const QUESTION = 'Who planted the oldest pear tree of the orchard, and when?';
const LAST_FILES = Array.from({ length: 8 }, (_, n) => `last-${n}.md`);
const SECTIONS = 90;
const WITHIN_MS = 60_000;

/** Long enough that its reading can be interrupted. */
function longText(subject: string): string {
  const section = (n: number) =>
    `## ${subject} ${n}\n\n${Array.from({ length: 40 }, (_, line) => `${subject} ${n} has a remark ${line}: the gauge showed ${(n * 37 + line * 11) % 997} points.`).join(' ')}\n`;
  return Array.from({ length: SECTIONS }, (_, n) => section(n)).join('\n');
}

async function uploadUnread(creator: Creator, filename: string, text: string): Promise<string> {
  const { id, status } = await upload(creator, { filename, contentType: 'text/markdown', bytes: Buffer.from(text) });
  expect(status).toBe(204);
  return id;
}

async function startReading(creator: Creator, filename: string, subject: string): Promise<string> {
  const id = await uploadUnread(creator, filename, longText(subject));
  await until('some of the document to be embedded', async () => {
    const { body } = await rest('GET', `/v1/hub/documents/${id}`, { token: creator.token });
    return body.progress.stage === 'embed' && body.progress.done > 0;
  });
  return id;
}

// One story: the host is killed while it reads a document and writes an answer, and started again on the same data;
// then a worker is killed while it reads another document.
describe('after a crash', () => {
  let dataFolder: string;
  let ollama: ScriptedOllama;
  let host: RunningHost;
  let restartedAt: number;
  let creator: Creator;
  let thrifty: Creator;
  let widgetId: string;
  let session: VisitorSession;
  let socket: VisitorSocket;
  let again: VisitorSocket;
  let turnId: string;
  let sentLast: readonly string[];
  const documents = { short: '', byHost: '', byWorker: '' };

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'understudy-recovery-'));
    ollama = await startScriptedOllama();
    const port = await freePort();
    const start = (faults: boolean) =>
      startHost({ dataFolder, port, faults, env: { OLLAMA_HOST: ollama.url, RATE_LIMIT_FACTOR: '20' } });
    host = await start(false);
    useHost(host);
    creator = await newCreator();
    documents.short = (await uploadText(creator, 'orchard.md', NOTES)).id;
    thrifty = await newCreator();
    await rest('PATCH', '/v1/hub/settings', { token: thrifty.token, body: { daily_spend_limit: 1 } });
    await rest('POST', '/v1/ai/answers', { token: thrifty.token, body: { question: QUESTION } });
    widgetId = await newWidget(creator);
    session = await newVisitorSession(widgetId);
    socket = await VisitorSocket.open(session.socket);

    ollama.script.embeddingMs = (texts) => (texts > 1 ? 700 : 20);
    ollama.script.tokenMs = 150;
    documents.byHost = await startReading(creator, 'gauges.md', 'Gauge');
    socket.ask(QUESTION);
    const deltas = () => socket.frames.filter(({ type }) => type === 'delta');
    turnId = (await until('some of the answer to be written', () => deltas()[5])).turn_id;
    sentLast = await Promise.all(LAST_FILES.map((name) => uploadUnread(creator, name, NOTES)));
    await host.kill();

    host = await start(true);
    restartedAt = Date.now();
    useHost(host);
    // The page comes back before the lease of the killed worker has run out.
    again = await reopenSocket(session, socket.lastSeq());
    ollama.script.tokenMs = 1;
  }, 120_000);

  afterAll(async () => {
    await host?.stop();
    await ollama?.close();
    await rm(dataFolder, { recursive: true, force: true });
  });

  test('what a creator had is still there', async () => {
    const { token } = creator;
    const login = { email: creator.email, password: creator.password };

    expect((await rest('POST', '/v1/auth/login', { body: login })).body.creator.id).toBe(creator.id);
    expect((await rest('GET', '/v1/auth/me', { token })).body.creator.id).toBe(creator.id);
    expect((await rest('GET', `/v1/hub/widgets/${widgetId}`, { token })).body.allowed_origins).toEqual([PAGE_ORIGIN]);
    expect((await rest('GET', `/v1/hub/documents/${documents.short}`, { token })).body.status).toBe('ready');
    const found = await rest('POST', '/v1/ai/search', { token, body: { query: 'oldest pear tree' } });
    expect(found.body.results[0].text).toContain('Agathe');
  });

  test('an answer that was being written is stored exactly once, and the visitor who resumes gets it', async () => {
    // All that was numbered since the restart: on a busy machine the page may come back behind the next worker's start.
    const numbered = await until('the turn to end', async () => {
      const frames = await keptFrames(creator.id, session.conversationId);
      return frames.some(({ type }) => type === 'completed') && frames;
    });

    const ofTurn = numbered.filter((frame) => frame.turn_id === turnId);
    const completed = ofTurn.find(({ type }) => type === 'completed');
    expect(completed).toMatchObject({ turn_id: turnId, refused: false });
    expect(ofTurn[0]?.type).toBe('restarted');
    const deltas = numbered.filter(({ type }) => type === 'delta').map(({ text }) => text);
    expect(deltas.join('')).toBe(completed.text);
    // The stream went with Redis: the visitor is told so, and no number that was seen comes a second time.
    expect((await again.next('the answer to resume', () => true)).type).toBe('reset');
    const first = again.frames[0].last_seq;
    expect(first).toBeGreaterThan(socket.lastSeq());
    const missed = numbered.filter(({ seq }) => seq > first);
    await until('the page to have what it missed', () => again.frames.length > missed.length);
    expect(again.frames.slice(1)).toEqual(missed);
    expect(missed.map(({ seq }) => seq)).toEqual(missed.map((_, place) => first + 1 + place));
    const history = await historyOf(session);
    expect(Date.parse(history[1]?.created_at ?? '') - restartedAt).toBeLessThan(WITHIN_MS);
    expect(history.map(({ role }) => role)).toEqual(['visitor', 'assistant']);
    expect(history[1]).toMatchObject({ turn_id: turnId, text: completed.text });
    expect(completed.text).toContain('Agathe');
    again.close();
  });

  test('a document that was being read is ready within a minute, once', async () => {
    const document = await settledDocument(creator, documents.byHost);

    expect(Date.parse(document.updated_at) - restartedAt).toBeLessThan(WITHIN_MS);
    expect(document).toMatchObject({ status: 'ready', error: null });
    const stored = await storedDocument(creator.id, documents.byHost);
    expect(document.chunk_count).toBeGreaterThan(40);
    expect(stored).toEqual({
      generations: [1],
      liveGeneration: 1,
      chunks: document.chunk_count,
      vectors: document.chunk_count,
    });
  });

  test('a creator whose daily limit was reached is told by one mail', async () => {
    const mails = async () => {
      const { data } = (await (await fetch(host.endpoints.mail_url)).json()) as { data: Record<string, string>[] };
      return data.filter(({ to, subject }) => to === thrifty.email && subject?.includes('daily limit'));
    };

    const [mail] = await until('the mail', async () => ((await mails()).length > 0 ? mails() : undefined));

    expect(mail?.subject).toBe('Your assistant has reached its daily limit');
    expect(await mails()).toHaveLength(1);
    expect((await rest('GET', '/v1/hub/usage', { token: thrifty.token })).body.spending).toBe('reached');
  });

  test('no upload that was acknowledged just before is lost', async () => {
    const last = await Promise.all(sentLast.map((id) => settledDocument(creator, id)));

    expect(last.filter((each) => Date.parse(each.updated_at) - restartedAt > WITHIN_MS)).toEqual([]);
    expect(last.map(({ status, error }) => ({ status, error }))).toEqual(
      LAST_FILES.map(() => ({ status: 'ready', error: null })),
    );
  });

  // Not before the others are done: a document whose worker dies twice is given up.
  test('a document whose worker died is taken up again, and is read once', async () => {
    documents.byWorker = await startReading(creator, 'meters.md', 'Meter');
    await host.killFunction('ai-ingest');
    ollama.script.embeddingMs = () => 20;
    const document = await settledDocument(creator, documents.byWorker);

    expect(document).toMatchObject({ status: 'ready', error: null });
    expect(await storedDocument(creator.id, documents.byWorker)).toEqual({
      generations: [1],
      liveGeneration: 1,
      chunks: document.chunk_count,
      vectors: document.chunk_count,
    });
  });

  test('the host stops in order', async () => {
    const code = await host.stop();

    expect(code).toBe(0);
    expect(existsSync(join(dataFolder, 'endpoints.json'))).toBe(false);
    expect(existsSync(join(dataFolder, 'host.lock'))).toBe(false);
  });
});
