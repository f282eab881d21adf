import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openLiveHost } from '../../../bench/eval/live-host.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A host that gives these answers by path, and notes what it was asked with which key. */
async function host(answers: Readonly<Record<string, unknown>>) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? { error: {} }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const page = (data: readonly unknown[], next_cursor: string | null = null) => ({ data, next_cursor });
const turn = (turn_id: string, question: string, refused: boolean) => [
  { turn_id, role: 'visitor', text: question },
  { turn_id, role: 'assistant', text: 'An answer.', refused },
];

test('what visitors asked in vain is counted once for each question, most often asked first, page after page', async () => {
  const { url, asked } = await host({
    '/v1/hub/conversations?limit=100': page([{ id: 'a' }], 'more'),
    '/v1/hub/conversations?limit=100&cursor=more': page([{ id: 'b' }]),
    '/v1/hub/conversations/a/messages?limit=100': page([
      ...turn('1', 'Do you ship?', true),
      ...turn('2', 'When do you open?', false),
      ...turn('3', 'A parrot?', true),
    ]),
    '/v1/hub/conversations/b/messages?limit=100': page([
      ...turn('4', 'do you SHIP', true),
      ...turn('5', 'Thank you!', true),
    ]),
  });

  expect(await openLiveHost(url, 'uk_key').unanswered()).toEqual([
    { question: 'Do you ship?', asked: 2 },
    { question: 'A parrot?', asked: 1 },
  ]);
  expect(new Set(asked)).toEqual(new Set(['Bearer uk_key']));
});

test('a host that refuses is told with its status', async () => {
  const { url } = await host({});

  await expect(openLiveHost(url, 'uk_key').unanswered()).rejects.toThrow('GET /v1/hub/conversations?limit=100: 404');
});
