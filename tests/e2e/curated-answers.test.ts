import { beforeAll, expect, test } from 'vitest';
import { type Creator, newCreator, rest, uploadText } from '../support/rest-client.ts';
import { until } from '../support/until.ts';
import { newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

const QUESTION = 'What does a pottery course cost?';

let creator: Creator;
let widgetId: string;
beforeAll(async () => {
  creator = await newCreator();
  await uploadText(creator, 'prices.md', '# Prices\n\nA pottery course costs 180 euros for six evenings.');
  widgetId = await newWidget(creator);
});

async function ask(question: string) {
  const session = await newVisitorSession(widgetId);
  const socket = await VisitorSocket.open(session.socket);
  socket.ask(question);
  const completed = await socket.completed();
  const frame = socket.frames.find(({ type }) => type === 'citations');
  socket.close();
  return { text: String(completed.text), citations: (frame?.citations ?? []) as { document_id: string }[] };
}

test('a curated answer is given in the widget in place of the documents, until it is deleted', async () => {
  const before = await ask(QUESTION);
  const created = await rest('POST', '/v1/hub/answers', {
    token: creator.token,
    body: { question: QUESTION, answer: 'From this autumn on it is 210 euros, clay included.' },
  });
  const path = `/v1/hub/answers/${created.body.id}`;
  await until('the answer to be indexed', async () => {
    const { body } = await rest('GET', path, { token: creator.token });
    return body.status === 'ready';
  });

  const curated = await ask('What does the pottery course cost?');
  await rest('DELETE', path, { token: creator.token });
  const after = await ask(QUESTION);

  expect(before.text).toContain('180');
  expect(curated.text).toContain('210');
  expect(curated.citations).toMatchObject([{ document_id: created.body.id, title: QUESTION, url: null }]);
  expect(after.text).toContain('180');
  expect(after.text).not.toContain('210');
  expect(after.citations.map(({ document_id }) => document_id)).not.toContain(created.body.id);
});

test.each(['http://127.0.0.1/', 'http://localhost/', 'http://169.254.169.254/latest/meta-data/', 'http://[::1]/'])(
  'a page at %s is refused at once, with its reason',
  async (url) => {
    const { status, body } = await rest('POST', '/v1/hub/pages', { token: creator.token, body: { url } });

    expect([status, body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.error.details.fields).toEqual([{ path: 'url', message: expect.stringContaining('public internet') }]);
  },
);
