import { beforeAll, describe, expect, inject, test } from 'vitest';
import { makePdf } from '../support/make-pdf.ts';
import { type Creator, newCreator, rest, settledDocument, upload, uploadText } from '../support/rest-client.ts';
import { type Frame, newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

const KILN_NOTES = `# Kiln notes

## Firing temperatures

A bisque firing goes to 1000 degrees Celsius and takes nine hours. The glaze firing of our stoneware goes to
1240 degrees Celsius, with a hold of twenty minutes at the top.

## Studio hours

The studio is open on Tuesday and Thursday from ten until six. On Saturday it opens at nine.
`;

describe('the main job', () => {
  let creator: Creator;
  let widgetId: string;

  beforeAll(async () => {
    creator = await newCreator();
    const document = await uploadText(creator, 'kiln-notes.md', KILN_NOTES);
    expect(document).toMatchObject({ status: 'ready', error: null });
    widgetId = await newWidget(creator);
  });

  test('a creator who signed up is known by the token', async () => {
    const { status, body } = await rest('GET', '/v1/auth/me', { token: creator.token });

    expect(status).toBe(200);
    expect(body.creator).toMatchObject({ id: creator.id, email: creator.email });
  });

  test('search finds the passage that holds the answer', async () => {
    const { status, body } = await rest('POST', '/v1/ai/search', {
      token: creator.token,
      body: { query: 'How hot is the glaze firing?' },
    });

    expect(status).toBe(200);
    expect(body.results[0].text).toContain('1240 degrees');
  });

  test('an answer over REST names its source', async () => {
    const { status, body } = await rest('POST', '/v1/ai/answers', {
      token: creator.token,
      body: { question: 'How hot is the glaze firing?' },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ refused: false, model: 'understudy-offline-chat' });
    expect(body.answer).toContain('1240');
    expect(body.citations[0].title).toContain('kiln');
  });

  test('a visitor gets a streamed answer with its source, in numbered frames without a gap', async () => {
    const session = await newVisitorSession(widgetId);
    const socket = await VisitorSocket.open(session.socket);

    const clientMessageId = socket.ask('When is the studio open on Saturday?');
    const completed = await socket.completed();

    const numbered = socket.frames.filter((frame: Frame) => 'seq' in frame);
    expect(numbered.map((frame) => frame.seq)).toEqual(numbered.map((_, index) => index + 1));
    expect(numbered[0]).toMatchObject({ type: 'accepted', client_message_id: clientMessageId });
    const deltas = numbered.filter((frame) => frame.type === 'delta');
    expect(deltas.map((frame) => frame.text).join('')).toBe(completed.text);
    expect(completed).toMatchObject({ refused: false, finish_reason: 'stop' });
    expect(completed.text).toContain('nine');
    const [citations] = numbered.filter((frame) => frame.type === 'citations');
    expect(citations.citations[0].snippet).toContain('Saturday');
    socket.close();
  });

  test('a question that the material does not answer is refused, politely and without a source', async () => {
    const session = await newVisitorSession(widgetId);
    const socket = await VisitorSocket.open(session.socket);

    socket.ask('Who won the football championship in Brazil?');
    const completed = await socket.completed();

    expect(completed.refused).toBe(true);
    expect(completed.text.length).toBeGreaterThan(10);
    const citations = socket.frames.filter((frame: Frame) => frame.type === 'citations');
    expect(citations.map((frame) => frame.citations)).toEqual([[]]);
    socket.close();
  });

  test('a PDF is watched until it is ready, and its passages name their page', async () => {
    const bytes = await makePdf([
      ['The first page tells of the history of the pottery and its three founders.'],
      ['Clay for beginners is sold in bags of twelve kilograms at the counter.'],
    ]);

    const { id, status } = await upload(creator, { filename: 'pottery.pdf', contentType: 'application/pdf', bytes });
    const document = await settledDocument(creator, id);

    expect(status).toBe(204);
    expect(document).toMatchObject({ status: 'ready', source: 'upload', error: null });
    expect(document.chunk_count).toBeGreaterThan(0);
    const { body } = await rest('POST', '/v1/ai/answers', {
      token: creator.token,
      body: { question: 'How many kilograms are in a bag of clay for beginners?' },
    });
    expect(body.answer).toContain('twelve');
    expect(body.citations[0]).toMatchObject({ document_id: id, page: 2 });
  });

  test('another creator finds nothing of it', async () => {
    const other = await newCreator();

    const { body } = await rest('POST', '/v1/ai/search', {
      token: other.token,
      body: { query: 'How hot is the glaze firing?' },
    });

    expect(body.results).toEqual([]);
  });

  test('a deleted document is unfindable at once', async () => {
    const document = await uploadText(creator, 'secret.md', 'The spare key lies under the zinnia pot.');
    const before = await rest('POST', '/v1/ai/search', { token: creator.token, body: { query: 'zinnia pot key' } });

    const deleted = await rest('DELETE', `/v1/hub/documents/${document.id}`, { token: creator.token });

    expect(before.body.results[0].text).toContain('zinnia');
    expect(deleted.status).toBe(202);
    const after = await rest('POST', '/v1/ai/search', { token: creator.token, body: { query: 'zinnia pot key' } });
    expect(JSON.stringify(after.body)).not.toContain('zinnia');
    expect((await rest('GET', `/v1/hub/documents/${document.id}`, { token: creator.token })).status).toBe(404);
  });

  test('the widget of the embed code is served, and is what its integrity says', async () => {
    const { body } = await rest('GET', `/v1/hub/widgets/${widgetId}/embed`, { token: creator.token });

    const script = await fetch(body.script_url);
    const bytes = new Uint8Array(await script.arrayBuffer());

    const digest = Buffer.from(await crypto.subtle.digest('SHA-384', bytes)).toString('base64');
    expect(body.integrity).toBe(`sha384-${digest}`);
    expect(body.html).toContain(widgetId);
    expect(inject('endpoints').rest_url).toContain('127.0.0.1');
  });
});
