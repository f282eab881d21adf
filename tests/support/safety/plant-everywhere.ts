import pg from 'pg';
import { type Creator, mailedToken, rest, uploadText } from '../rest-client.ts';
import type { RunningHost } from '../running-host.ts';
import type { ScriptedOllama } from '../scripted-ollama.ts';
import { until } from '../until.ts';
import { newVisitorSession, newWidget, PAGE_ORIGIN, VisitorSocket } from '../visitor.ts';
import type { plantedWords } from './planted-data.ts';

export interface Planted {
  readonly words: ReturnType<typeof plantedWords>;
  /** Drawn by the product itself and told to one person each: whatever is told is added. */
  readonly secrets: string[];
}

interface Parts {
  readonly host: RunningHost;
  readonly ollama: ScriptedOllama;
}

/** Brings the words in wherever the product takes any, in good order and in bad; returns whose they are. */
export async function plantEverywhere(planted: Planted, parts: Parts): Promise<Creator> {
  const creator = await signUp(planted);
  await converse(planted, parts, creator);
  return creator;
}

async function signUp({ words, secrets }: Planted): Promise<Creator> {
  const { email, password, person } = words;
  await rest('POST', '/v1/auth/register', { body: { email, password, display_name: person } });
  const mailed = await mailedToken(email);
  const { body } = await rest('POST', '/v1/auth/verify-email', { body: { token: mailed } });
  const creator = { id: body.creator.id, email, password, token: body.access_token };
  secrets.push(mailed, body.access_token, body.refresh_token);
  await rest('POST', '/v1/auth/login', { body: { email, password } });
  await rest('POST', '/v1/auth/login', { body: { email: words.strangersEmail, password } });
  await rest('POST', '/v1/auth/login', { body: { email, password: `${password} not` } });
  await rest('POST', '/v1/auth/password/forgot', { body: { email: words.strangersEmail } });
  await rest('POST', '/v1/auth/refresh', { body: { refresh_token: words.token } });
  await rest('POST', '/v1/auth/verify-email', { body: { token: words.token } });
  await rest('POST', '/v1/auth/register', { rawBody: `{"email": ${words.email}` });
  await rest('GET', '/v1/auth/me', { token: words.token });
  await rest('GET', `/v1/hub/${words.path}?${words.path}=1`, { headers: { 'User-Agent': words.header } });
  await rest('GET', `/v1/hub/widgets?${words.path}=${words.path}`, { token: creator.token });
  const key = { name: words.key, permissions: ['answers:create'] };
  const made = await rest('POST', '/v1/auth/api-keys', { token: creator.token, body: key });
  secrets.push(made.body.secret);
  await rest('GET', '/v1/hub/widgets', { token: made.body.secret });
  return creator;
}

/** A conversation, and then every store and the model failing in ways that quote what they were given. */
async function converse({ words, secrets }: Planted, { host, ollama }: Parts, creator: Creator): Promise<void> {
  await uploadText(creator, `${words.filename}.md`, `# ${words.document}\n\nThe ${words.document} hums at dusk.\n`);
  await rest('POST', '/v1/hub/answers', {
    token: creator.token,
    body: { question: `Where is ${words.question}?`, answer: `Ask ${words.answer}.` },
  });
  const widgetId = await newWidget(creator);
  await rest('PATCH', `/v1/hub/widgets/${widgetId}`, { token: creator.token, body: { name: words.widget } });
  const session = await newVisitorSession(widgetId);
  secrets.push(session.token, session.socket.ticket);
  const socket = await VisitorSocket.open(session.socket);
  const ask = async (endings: number) => {
    socket.ask(`What hums at dusk, ${words.document}? I am ${words.question} ${endings}.`);
    await until('the turn to end', () => ended(socket) >= endings);
  };
  await ask(1);
  const { data } = (
    await rest('GET', '/v1/channel/messages', { token: session.token, headers: { Origin: PAGE_ORIGIN } })
  ).body;
  const answer = data.find((message: { role: string }) => message.role === 'assistant');
  await rest('PUT', `/v1/channel/messages/${answer.id}/feedback`, {
    token: session.token,
    headers: { Origin: PAGE_ORIGIN },
    body: { rating: 'down', comment: words.comment },
  });
  socket.send({ action: words.frame, text: words.frame });
  socket.send(`{"action": "message", "text": ${words.frame}`);
  await VisitorSocket.open({ ...session.socket, ticket: words.token }).catch(() => {});

  const echo = {
    kind: 'status',
    status: 500,
    body: JSON.stringify({ error: `cannot answer ${words.question}` }),
  } as const;
  ollama.script.failures.push(echo, echo, echo, echo);
  await rest('POST', '/v1/ai/answers', { token: creator.token, body: { question: `Why ${words.question}?` } });
  ollama.script.failures.length = 0;
  await rest('POST', '/v1/ai/search', { token: creator.token, body: { query: words.question } });
  const again = await newVisitorSession(widgetId);
  const second = await VisitorSocket.open(again.socket);
  await refuseTheRow(host, async () => {
    second.ask(`Does the ${words.document} hum, says ${words.question}?`);
    await second.next('the refused message', (frame) => frame.type === 'error');
  });
  second.close();
  socket.close();
}

const ended = (socket: VisitorSocket) =>
  socket.frames.filter(({ type }) => type === 'completed' || type === 'failed').length;

/** Postgres refuses the row, and its error carries the row. */
async function refuseTheRow(host: RunningHost, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: host.endpoints.database_url });
  await client.connect();
  await client.query(`alter table messages add constraint refused check (text not like '%hum,%') not valid`);
  await work();
  await client.query('alter table messages drop constraint refused');
  await client.end();
}
