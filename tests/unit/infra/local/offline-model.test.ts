import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embedText } from '../../../../infra/local/offline-model/embed-text.ts';
import { type OfflineModel, startOfflineModel } from '../../../../infra/local/offline-model/server.ts';

let model: OfflineModel;
beforeAll(async () => {
  model = await startOfflineModel({ tokenDelayMs: 0 });
});
afterAll(() => model.close());

const cosine = (a: string, b: string) => {
  const other = embedText(b);
  return embedText(a).reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0);
};
const post = (path: string, body: unknown) =>
  fetch(`${model.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

async function ask(question: string, ...passages: string[]): Promise<string> {
  const given = passages
    .map((text, place) => `<passage n="${place + 1}" title="Guide">\n${text}\n</passage>`)
    .join('\n');
  const content = `<passages>\n${given}\n</passages>\n\nQuestion: ${question}\n\nAnswer.`;
  const response = await post('/api/chat', { model: 'm', messages: [{ role: 'user', content }], stream: false });
  const { message } = (await response.json()) as { message: { content: string } };
  return message.content;
}

describe('embeddings', () => {
  test('are 768 numbers of length one, the same each time', () => {
    const vector = embedText('The studio opens at eleven.');

    expect(vector).toHaveLength(768);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    expect(embedText('The studio opens at eleven.')).toEqual(vector);
  });

  test('bring a question near its passage, through inflection, accents and slips of the pen', () => {
    const passage = 'The café refunds course fees within fourteen days.';
    const off = 'Tigers live in the forests of Sumatra.';

    for (const question of ['Is the fee refunded?', 'cafe course refund', 'refnud of the cuorse fees']) {
      expect(cosine(question, passage)).toBeGreaterThan(cosine(question, off) + 0.1);
    }
  });

  test('bring languages without spaces near as well', () => {
    expect(cosine('营业时间是几点', '工作室的营业时间是上午九点')).toBeGreaterThan(0.3);
  });

  test('exist for texts without a word', () => {
    expect(Math.hypot(...embedText('?!'))).toBe(1);
  });
});

describe('answers', () => {
  const passages = ['We open at nine. On Sundays we open at eleven.', 'The celadon glaze fires at 1260 degrees.'];

  test('are sentences of the passages, with their numbers', async () => {
    expect(await ask('How hot does the celadon fire?', ...passages)).toBe(
      'The celadon glaze fires at 1260 degrees. [2]',
    );
  });

  test('know everyday words that mean the same, in several languages', async () => {
    const german = ['Der Abend kostet 68 Euro. Das Haus ist breit genug für einen Rollstuhl.', 'Der Hof ist groß.'];

    expect(await ask('Ist das Haus barrierefrei?', ...german)).toContain('Rollstuhl');
    expect(await ask('What is the entrance fee?', 'Admission is 9 pounds. The gate is green.')).toContain('9 pounds');
    expect(await ask('¿Y los perros?', 'Las mascotas se quedan en casa. El taller es grande.')).toContain('mascotas');
  });

  test('read a question for a price where no word says so', async () => {
    expect(await ask('How much is a ticket?', 'Tickets are blue. The ticket costs 4 pounds.')).toContain('4 pounds');
  });

  test('are not kept back by words that go with any subject', async () => {
    expect(await ask('What happens when it rains?', 'In rain the walk takes place in the hall.')).toContain('hall');
    expect(await ask('What happens on Mars?', 'In rain the walk takes place in the hall.')).toBe('NOT_IN_SOURCES');
  });

  test('forgive letters in the wrong order', async () => {
    expect(await ask('Where can I prak?', 'Please park in the yard. The door is green.')).toContain('yard');
  });

  test('know compounds by their last part, and no more than that', async () => {
    const german = ['Vor dem Tor stehen sechzig Autos. Die Tageskarte ist grün.', 'Der Hof ist groß.'];

    expect(await ask('Wo stehen die Elektroautos?', ...german)).toContain('Tor');
    expect(await ask('Was gilt im Jahr?', 'Die Jahreskarte ist blau. Der Hof ist groß.')).toBe('NOT_IN_SOURCES');
  });

  test('know forms of a verb that change inside', async () => {
    expect(await ask('Wann kann ich das Paket abholen?', 'Jedes wird freitags abgeholt. Der Hof ist groß.')).toContain(
      'freitags',
    );
    expect(await ask('¿Cuándo hay que volver?', 'Todos vuelven a las seis. El patio es grande.')).toContain('seis');
  });

  test('read what figures say without a word for it', async () => {
    const passage = 'Klettern kann man samstags von 10 bis 21 Uhr. Zum Fest gibt es Kuchen.';

    expect(await ask('Wie lange ist samstags geöffnet?', passage)).toContain('21 Uhr');
    expect(await ask('Is there a reduction?', 'Apprentices get 20 % off. The yard is large.')).toContain('20 %');
  });

  test('prefer what is of the kind that was asked for', async () => {
    const passage = 'The studio was founded by the river. The studio was founded by Ada Byron.';

    expect(await ask('Who founded the studio?', passage)).toMatch(/^The studio was founded by Ada Byron/);
  });

  test('take ß and ss for the same', () => {
    expect(cosine('Straße', 'Strasse')).toBeCloseTo(1, 3);
  });

  test('say that they do not know', async () => {
    expect(await ask('Who painted the Mona Lisa?', ...passages)).toBe('NOT_IN_SOURCES');
    expect(await ask('Anything?')).toBe('NOT_IN_SOURCES');
  });
});

describe('the server', () => {
  test('says everywhere that it is the offline model', async () => {
    const version = await (await fetch(`${model.url}/api/version`)).text();
    const tags = await (await fetch(`${model.url}/api/tags`)).text();
    const show = await (await post('/api/show', { model: 'llama2:7b-chat' })).text();

    for (const text of [version, tags, show]) expect(text).toContain('understudy-offline');
  });

  test('streams as Ollama does: lines of JSON, the last one with counts and timings', async () => {
    const response = await post('/api/chat', { model: 'm', messages: [{ role: 'user', content: 'Hello' }] });
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop', eval_count: lines.length - 1 });
    expect(lines.at(-1)).toHaveProperty('prompt_eval_count');
    expect(lines.at(-1)).toHaveProperty('eval_duration');
  });

  test('answers what is malformed with 400 and what it does not know with 404', async () => {
    expect((await post('/api/embed', { model: 'm' })).status).toBe(400);
    expect((await fetch(`${model.url}/api/chat`, { method: 'POST', body: '{' })).status).toBe(400);
    expect((await post('/api/blobs', {})).status).toBe(404);
  });
});

describe('pages of other sites', () => {
  test.each([
    ['a name that was bound to this machine', { host: 'evil.example' }],
    ['a page that posts to another site', { origin: 'https://evil.example' }],
  ])('are refused: %s', async (_what, headers) => {
    const { hostname, port } = new URL(model.url);
    const status = await new Promise((resolve, reject) => {
      request({ hostname, port, path: '/api/tags', headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });

    expect(status).toBe(403);
  });
});
