import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useHost } from '../support/host-under-test.ts';
import { newCreator, uploadText } from '../support/rest-client.ts';
import { freePort, type RunningHost, startHost } from '../support/running-host.ts';
import { type ScriptedOllama, startScriptedOllama } from '../support/scripted-ollama.ts';
import { until } from '../support/until.ts';
import { historyOf, newVisitorSession, newWidget, reopenSocket, VisitorSocket } from '../support/visitor.ts';

const NOTES = `# Orchard notes

The oldest pear tree of the orchard is called Agathe. It stands beside the well and was planted in 1911.
`;

let dataFolder: string;
let ollama: ScriptedOllama;
let host: RunningHost | undefined;
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'understudy-shutdown-'));
  ollama = await startScriptedOllama();
});
afterAll(async () => {
  await host?.stop();
  await ollama?.close();
  await rm(dataFolder, { recursive: true, force: true });
});

test('a host that is stopped in mid-answer lets it finish and says goodbye; the next one goes on behind it', async () => {
  const port = await freePort();
  const start = async () => {
    host = await startHost({ dataFolder, port, env: { OLLAMA_HOST: ollama.url, RATE_LIMIT_FACTOR: '20' } });
    useHost(host);
    return host;
  };
  const first = await start();
  const creator = await newCreator();
  await uploadText(creator, 'orchard.md', NOTES);
  const session = await newVisitorSession(await newWidget(creator));
  const socket = await VisitorSocket.open(session.socket);
  ollama.script.tokenMs = 150;
  socket.ask('When was the oldest pear tree planted?');
  await until('some of the answer', () => socket.frames.filter(({ type }) => type === 'delta').length > 2);

  const stopping = first.stop();
  ollama.script.tokenMs = 1;
  const code = await stopping;

  expect(code).toBe(0);
  const numbered = socket.frames.filter(({ seq }) => seq !== undefined);
  expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, place) => place + 1));
  expect(socket.frames.slice(-2).map(({ type }) => type)).toEqual(['completed', 'closing']);
  const said = socket.frames.flatMap(({ type, text }) => (type === 'delta' ? [text] : [])).join('');
  expect(said).toBe(numbered.at(-1)?.text);
  expect(socket.closeCode).toBe(1001);

  await start();
  const again = await reopenSocket(session, socket.lastSeq());
  again.ask('Where does it stand?');
  const completed = await again.completed();

  const later = again.frames.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
  expect(Math.min(...later)).toBeGreaterThan(socket.lastSeq());
  expect(later).toEqual(later.map((_, place) => (later[0] ?? 0) + place));
  expect((await historyOf(session)).map(({ role, text }) => [role, role === 'visitor' ? '' : text])).toEqual([
    ['visitor', ''],
    ['assistant', said],
    ['visitor', ''],
    ['assistant', completed.text],
  ]);
  again.close();
}, 180_000);
