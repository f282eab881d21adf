import { setTimeout as pause } from 'node:timers/promises';
import { useHost } from '../../support/host-under-test.ts';
import { rest } from '../../support/rest-client.ts';
import { until } from '../../support/until.ts';
import { newVisitorSession, PAGE_ORIGIN, VisitorSocket } from '../../support/visitor.ts';
import type { BenchWorld } from '../world/bench-world.ts';

/** A visitor with an open socket who asks one question while a part hangs. */
export interface WatchedVisitor {
  ask(): Promise<void>;
  /** What came on the socket and when, and how often the question stands answered in the end. */
  outcome(): Promise<string>;
  close(): void;
}

const ANSWERED_WITHIN_MS = 150_000;
const TOLD_WITHIN_MS = 30_000;

export async function watchVisitor(world: BenchWorld): Promise<WatchedVisitor> {
  useHost(world.host);
  const session = await newVisitorSession(world.widgetId);
  const socket = await VisitorSocket.open(session.socket);
  const seen: string[] = [];
  let askedAtMs = 0;
  const note = (frame: { type: string; error?: { code: string } }) => {
    const what = frame.error ? `${frame.type} ${frame.error.code}` : frame.type;
    if (seen.some((each) => each.startsWith(what))) return;
    seen.push(`${what} at ${((performance.now() - askedAtMs) / 1_000).toFixed(1)} s`);
  };
  const watching = watch(socket, note);
  return {
    async ask() {
      askedAtMs = performance.now();
      socket.ask(world.question());
    },
    async outcome() {
      // A refused message is nobody's to answer; an accepted one has to stand answered.
      await until('a word on the socket', () => wordIn(socket), TOLD_WITHIN_MS).catch(() => undefined);
      const stored = await storedMessages(session.token, wordIn(socket) === 'accepted');
      await pause(500);
      const answers = stored?.filter(({ role }) => role === 'assistant').length ?? 0;
      return `${seen.join(', ') || 'nothing'}; stored: ${stored ? stored.length - answers : '?'} asked, ${answers} answered`;
    },
    close() {
      watching.stop();
      socket.close();
    },
  };
}

/** Whether the message was accepted or refused; the gateway's own errors, which bear no type, say neither. */
const wordIn = (socket: VisitorSocket): string | undefined =>
  socket.frames.find(({ type }) => type === 'accepted' || type === 'error')?.type;

async function storedMessages(token: string, answered: boolean): Promise<readonly { role: string }[] | undefined> {
  const headers = { Authorization: `Bearer ${token}`, Origin: PAGE_ORIGIN };
  const look = async () => {
    const answer = await rest('GET', '/v1/channel/messages', { headers }).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const found = answer.body.data as { role: string }[];
    return !answered || found.some(({ role }) => role === 'assistant') ? found : undefined;
  };
  return until('the history', look, ANSWERED_WITHIN_MS).catch(() => undefined);
}

function watch(socket: VisitorSocket, note: (frame: { type: string }) => void): { stop(): void } {
  let read = 0;
  const timer = setInterval(() => {
    for (const frame of socket.frames.slice(read)) note(frame);
    read = socket.frames.length;
  }, 50);
  return { stop: () => clearInterval(timer) };
}
