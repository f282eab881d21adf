import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useHost } from '../host-under-test.ts';
import { type Creator, newCreator, rest, settledDocument, upload } from '../rest-client.ts';
import { freePort, type RunningHost, startHost } from '../running-host.ts';
import { storedDocument } from '../stored-document.ts';
import { until } from '../until.ts';
import { newVisitorSession, newWidget, PAGE_ORIGIN, VisitorSocket } from '../visitor.ts';

/** What was acknowledged: documents by a 204, a question by `accepted`. */
export interface Acknowledged {
  readonly documents: string[];
  readonly questions: { readonly sessionToken: string; readonly turnId: string }[];
}

/** A local host of its own with the offline model, and one creator with a widget. */
export interface OutageWorld {
  readonly host: RunningHost;
  readonly creator: Creator;
  /** On the same data and port; returns when it is ready. */
  startAgain(): Promise<void>;
  uploadUnread(text: string): Promise<string>;
  /** Resolves when the question has been accepted. */
  ask(text: string): Promise<Acknowledged['questions'][number]>;
  stop(): Promise<void>;
}

export async function openOutageWorld(): Promise<OutageWorld> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-outage-'));
  const port = await freePort();
  const start = () => startHost({ dataFolder, port, env: { RATE_LIMIT_FACTOR: '20' } });
  let host = await start();
  useHost(host);
  const creator = await newCreator();
  const widgetId = await newWidget(creator);
  let uploads = 0;
  return {
    get host() {
      return host;
    },
    creator,
    async startAgain() {
      host = await start();
      useHost(host);
    },
    async uploadUnread(text) {
      uploads += 1;
      const filename = `outage-${uploads}.md`;
      const { id, status } = await upload(creator, {
        filename,
        contentType: 'text/markdown',
        bytes: Buffer.from(text),
      });
      if (status !== 204) throw new Error(`an upload answered ${status}`);
      return id;
    },
    async ask(text) {
      const session = await newVisitorSession(widgetId);
      const socket = await VisitorSocket.open(session.socket);
      socket.ask(text);
      const { turn_id: turnId } = await socket.next('the question to be accepted', ({ type }) => type === 'accepted');
      return { sessionToken: session.token, turnId };
    },
    async stop() {
      await host.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Bounds hanging; how long it took is told as a figure. */
const HEALED_WITHIN_MS = 150_000;

/** Waits until everything acknowledged has come to its end; tells, in words, what is lost or there more than once. */
export async function whatIsWrong(creator: Creator, { documents, questions }: Acknowledged): Promise<string[]> {
  const ofDocuments = await Promise.all(documents.map((id) => faultOfDocument(creator, id)));
  const ofQuestions = await Promise.all(questions.map(faultOfQuestion));
  return [...ofDocuments, ...ofQuestions].flat();
}

async function faultOfDocument(creator: Creator, id: string): Promise<string[]> {
  const { status, chunk_count: chunks } = await settledDocument(creator, id, HEALED_WITHIN_MS);
  const stored = await storedDocument(creator.id, id);
  const wanted = { generations: [1], liveGeneration: 1, chunks, vectors: chunks };
  if (status === 'ready' && chunks > 0 && JSON.stringify(stored) === JSON.stringify(wanted)) return [];
  return [`document ${id} is ${status} with ${JSON.stringify(stored)}, not ${JSON.stringify(wanted)}`];
}

async function faultOfQuestion({ sessionToken, turnId }: Acknowledged['questions'][number]): Promise<string[]> {
  const headers = { Authorization: `Bearer ${sessionToken}`, Origin: PAGE_ORIGIN };
  const look = async () => {
    const { body } = await rest('GET', '/v1/channel/messages', { headers });
    const found = body?.data?.filter((message: { turn_id: string; role: string }) => message.role === 'assistant');
    return found?.length > 0 && (found as { turn_id: string }[]);
  };
  const answers = await until(`turn ${turnId} to be answered`, look, HEALED_WITHIN_MS);
  return answers.length === 1 && answers[0]?.turn_id === turnId ? [] : [`turn ${turnId} has ${answers.length} answers`];
}
