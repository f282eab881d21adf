import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Creator, newCreator, rest } from '../support/rest-client.ts';
import { newVisitorSession, newWidget, PAGE_ORIGIN, VisitorSocket } from '../support/visitor.ts';

describe('a page that the widget does not name', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  test.each([
    'https://evil.example',
    'http://creator.example.org',
    `${PAGE_ORIGIN}:8443`,
    'null',
    `${PAGE_ORIGIN}.evil.example`,
  ])('%s gets no configuration and no session', async (origin) => {
    const widgetId = await newWidget(creator);

    const configuration = await rest('GET', `/v1/channel/widgets/${widgetId}`, { headers: { Origin: origin } });
    const session = await rest('POST', `/v1/channel/widgets/${widgetId}/sessions`, {
      headers: { Origin: origin },
      body: {},
    });

    expect([configuration.status, session.status]).toEqual([403, 403]);
    expect(configuration.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a ticket opens one socket, and only from its own origin', async () => {
    const session = await newVisitorSession(await newWidget(creator));
    const elsewhere = VisitorSocket.open(session.socket, 'https://evil.example');

    await expect(elsewhere).rejects.toThrow(/40[13]/);
    const again = await newVisitorSession(await newWidget(creator));
    const first = await VisitorSocket.open(again.socket);

    await expect(VisitorSocket.open(again.socket)).rejects.toThrow(inject('deployed') ? /40[13]/ : /401/);
    first.close();
  });
});
