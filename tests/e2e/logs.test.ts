import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useHost } from '../support/host-under-test.ts';
import { faultsOfHistograms, readSamples, type Sample } from '../support/prometheus.ts';
import { type Creator, rest, settledDocument, uploadText } from '../support/rest-client.ts';
import { type RunningHost, startHost } from '../support/running-host.ts';
import { tellFigure } from '../support/safety/figures.ts';
import { type Planted, plantEverywhere } from '../support/safety/plant-everywhere.ts';
import { analyticsTables, plantedWords, wordsIn, wordsInLogs } from '../support/safety/planted-data.ts';
import { type ScriptedOllama, startScriptedOllama } from '../support/scripted-ollama.ts';
import { searchEverywhere } from '../support/search-everywhere.ts';
import { until } from '../support/until.ts';
import { newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

const METRICS_TOKEN = 'the-token-of-the-metrics-in-this-test';
const planted: Planted = { words: plantedWords(), secrets: [METRICS_TOKEN] };

let folder: string;
let host: RunningHost;
let ollama: ScriptedOllama;
let creator: Creator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-logs-'));
  ollama = await startScriptedOllama({ firstTokenMs: 5, tokenMs: 1 });
  const env = { OLLAMA_HOST: ollama.url, METRICS_TOKEN, LOG_LEVEL: 'DEBUG' };
  host = await startHost({ dataFolder: folder, env });
  useHost(host);
  creator = await plantEverywhere(planted, { host, ollama });
}, 120_000);

afterAll(async () => {
  await host?.stop();
  await ollama?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('A19: planted personal data', () => {
  const all = () => [...Object.values(planted.words), creator.id, ...planted.secrets];
  const signIns = ['login_failed', 'login_succeeded', 'api_key_used'];
  const belongThere = ['request failed', '23514', 'POST /v1/auth/login', 'RequestDuration', ...signIns];

  test('is in no log line and no metric line, where every kind of line is', async () => {
    await until('all kinds of lines', async () => {
      const seen = await wordsInLogs(host, belongThere);
      return belongThere.every((word) => seen.some((line) => line.endsWith(`: ${word}`)));
    });

    const found = await wordsInLogs(host, all());

    expect(found).toEqual([]);
    tellFigure('A19', `${all().length} words in logs, metrics and analytics`, '0 found', `${found.length} found`);
  });

  test('is in no counter of the fleet', async () => {
    const shown = await until('turns to be counted', async () => {
      const { body } = await rest('GET', '/metrics', { token: METRICS_TOKEN });
      return wordsIn(body, ['POST /v1/auth/login', 'understudy_turns_total']).length === 2 && body;
    });

    expect(wordsIn(shown, all())).toEqual([]);
  });

  test('is not in the tables of use and of the trail, but for the creator’s own id', async () => {
    const text = await analyticsTables(host, creator.id);

    expect(wordsIn(text, all())).toEqual([creator.id]);
    expect(wordsIn(text, ['answer_tokens', 'widget.created'])).toHaveLength(2);
  });

  test('is found where it belongs: the words were really there', async () => {
    const { question, document } = planted.words;

    const stored = await searchEverywhere(host.endpoints, creator.id, [question, document]);

    expect(stored.postgres.length).toBeGreaterThan(2);
    expect(stored.files).not.toEqual([]);
  });
});

interface LogLine {
  readonly request_id?: string;
  readonly message?: string;
  readonly route?: string;
  readonly [field: string]: unknown;
}

async function linesOf(name: string): Promise<LogLine[]> {
  const text = await readFile(join(folder, 'logs', `${name}.log`), 'utf8');
  return text.split('\n').flatMap((line) => (line.startsWith('{"level"') ? [JSON.parse(line)] : []));
}

const line = (name: string, fits: (line: LogLine) => boolean) =>
  until(`a line of ${name}`, async () => (await linesOf(name)).find(fits));

describe('one request', () => {
  test('leaves one line with route, status, duration, cold start, id and whose it was, but not by name', async () => {
    const id = 'a-request-of-the-browser-1';

    await rest('GET', '/v1/hub/settings', { token: creator.token, headers: { 'X-Request-ID': id } });

    const fits = (each: LogLine) => each.request_id === id && each.message === 'request';
    expect(await line('hub-api', fits)).toMatchObject({
      route: 'GET /v1/hub/settings',
      method: 'GET',
      status: 200,
      duration_ms: expect.any(Number),
      cold_start: expect.any(Boolean),
      tenant: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect((await linesOf('hub-api')).filter(fits)).toHaveLength(1);
  });

  test('is followed from the browser to the model and back', async () => {
    const id = 'a-request-of-the-browser-2';
    const body = { question: 'What hums in the evening?' };

    const answer = await rest('POST', '/v1/ai/answers', {
      token: creator.token,
      headers: { 'X-Request-ID': id },
      body,
    });

    expect(answer.headers.get('X-Request-ID')).toBe(id);
    expect(ollama.requestIds).toContainEqual({ path: '/api/embed', id });
    await line('ai-api', (each) => each.request_id === id && each.status === answer.status);
  });

  test('is followed through the queue to another function and its calls', async () => {
    const { id: documentId } = await uploadText(creator, 'clock.md', '# Clock\n\nThe clock strikes at noon.\n');
    const id = 'a-request-of-the-browser-3';

    const headers = { 'X-Request-ID': id };
    await rest('POST', `/v1/hub/documents/${documentId}/reprocess`, { token: creator.token, headers });
    await settledDocument(creator, documentId);

    await line('ai-ingest', (each) => each.request_id === id && each.message === 'document handled');
    expect(ollama.requestIds).toContainEqual({ path: '/api/embed', id });
  });

  test('of a socket is followed through the queue to the model', async () => {
    const session = await newVisitorSession(await newWidget(creator));
    const socket = await VisitorSocket.open(session.socket);
    socket.ask('When does the clock strike?');
    const { turn_id } = await socket.completed();

    const answered = await line('ai-generate', (each) => each.message === 'turn answered' && each.turn_id === turn_id);

    const taken = await line('channel-socket', (each) => each.request_id === answered.request_id);
    expect(taken.route).toBe('socket message');
    expect(ollama.requestIds).toContainEqual({ path: '/api/chat', id: String(answered.request_id) });
    socket.close();
  });
});

describe('what is counted', () => {
  const WANTED: readonly (readonly [name: string, labels: Readonly<Record<string, string>>])[] = [
    ['understudy_requests_total', { service: 'hub', route: 'GET /v1/hub/settings', status: '200' }],
    ['understudy_request_duration_seconds_bucket', { service: 'hub', route: 'GET /v1/hub/settings', le: '+Inf' }],
    ['understudy_cold_starts_total', { service: 'ai' }],
    ['understudy_queue_age_seconds_bucket', { queue: 'turns', le: '+Inf' }],
    ['understudy_queue_age_seconds_bucket', { queue: 'ingest', le: '+Inf' }],
    ['understudy_first_token_seconds_bucket', { le: '+Inf' }],
    ['understudy_turns_total', { outcome: 'stop' }],
    ['understudy_turns_total', { outcome: 'refused' }],
    ['understudy_tokens_total', { kind: 'prompt' }],
    ['understudy_tokens_total', { kind: 'answer' }],
    ['understudy_ingest_stage_seconds_bucket', { stage: 'fetch', le: '+Inf' }],
    ['understudy_ingest_stage_seconds_bucket', { stage: 'scan', le: '+Inf' }],
    ['understudy_ingest_stage_seconds_bucket', { stage: 'index', le: '+Inf' }],
    ['understudy_documents_total', { outcome: 'done' }],
    ['understudy_upstream_requests_total', { upstream: 'chroma', outcome: '200' }],
  ];
  const BREAKERS = ['chroma', 'ollama', 'ollama-chat', 'ses'];

  test('shows in the fleet’s text: routes, queues, first tokens, tokens, refusals, stages and breakers', async () => {
    const session = await newVisitorSession(await newWidget(creator));
    const socket = await VisitorSocket.open(session.socket);
    socket.ask('Which submarine won the tennis championship of Antarctica?');
    expect((await socket.completed()).refused).toBe(true);
    socket.close();

    // Instances carry their counts over every few seconds: a second look waits for what the first one still missed.
    const look = async () => {
      const text = String((await rest('GET', '/metrics', { token: METRICS_TOKEN })).body);
      const samples = readSamples(text);
      return { text, missing: WANTED.filter((wanted) => !samples.some((sample) => fits(sample, ...wanted))) };
    };
    await until('all of it to be carried to the fleet', async () => (await look()).missing.length === 0, 20_000).catch(
      () => {}, // What is missing is named below.
    );
    const { text, missing } = await look();

    expect(missing).toEqual([]);
    expect(faultsOfHistograms(text)).toEqual([]);
    const open = readSamples(text).filter(({ name }) => name === 'understudy_breaker_open');
    expect(open.map(({ labels, value }) => [labels.upstream, value])).toEqual(BREAKERS.map((name) => [name, 0]));
  });

  test('goes to CloudWatch as well, in its embedded format', async () => {
    const metricLine = (name: string, log: string) =>
      until(`${name} in the log of ${log}`, async () => {
        const text = await readFile(join(folder, 'logs', `${log}.log`), 'utf8');
        return text.split('\n').find((each) => each.startsWith('{"_aws"') && each.includes(`"${name}"`));
      });

    for (const [name, log] of [
      ['RequestDuration', 'hub-api'],
      ['QueueAge', 'ai-generate'],
      ['FirstToken', 'ai-generate'],
    ] as const) {
      const { _aws, ...told } = JSON.parse(await metricLine(name, log));
      expect(_aws.CloudWatchMetrics[0]).toMatchObject({
        Namespace: 'Understudy',
        Metrics: [{ Name: name, Unit: 'Milliseconds' }],
      });
      expect([told[name]].flat()[0]).toBeGreaterThanOrEqual(0);
    }
  });
});

const fits = (sample: Sample, name: string, labels: Readonly<Record<string, string>>) =>
  sample.name === name &&
  sample.value > 0 &&
  Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
