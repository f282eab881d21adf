import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChannelApi } from '../../../../../web/widget/app/channel-api.ts';

const stored = new Map<string, string>();
const sent: unknown[] = [];

beforeEach(() => {
  stored.clear();
  sent.length = 0;
  stored.set('understudy:w', 'earlier');
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A service that answers the first call with this status, and every further one with a session. */
function serviceThatFirstAnswers(status: number) {
  vi.stubGlobal('fetch', async (_: string, init: { body: string }) => {
    sent.push(JSON.parse(init.body));
    if (sent.length > 1) return Response.json({ session_token: 'new' }, { status: 201 });
    return Response.json({ error: { code: 'ANY', message: 'No.' } }, { status });
  });
}

test.each([403, 429, 503])(
  'a session refused with %i keeps the token of the conversation for later',
  async (status) => {
    serviceThatFirstAnswers(status);

    await expect(new ChannelApi('', 'w').startSession()).rejects.toMatchObject({ status });

    expect(sent).toEqual([{ session_token: 'earlier' }]);
    expect(stored.get('understudy:w')).toBe('earlier');
  },
);

test('a token that the service cannot read is dropped, and the visitor starts anew', async () => {
  serviceThatFirstAnswers(400);

  await new ChannelApi('', 'w').startSession();

  expect(sent).toEqual([{ session_token: 'earlier' }, {}]);
  expect(stored.get('understudy:w')).toBe('new');
});
