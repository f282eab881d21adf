import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PageUnavailableError } from '../../../../../functions/ai/gateways/page-fetcher.ts';
import { useSites } from '../../../../support/use-sites.ts';

const site = useSites();

describe('a page', () => {
  test('is written as it came, with its type', async () => {
    expect(await site.get('http://site.test/')).toEqual({ contentType: 'text/html', sizeBytes: 13 });
    expect(await readFile(site.path(), 'utf8')).toBe('<p>public</p>');
  });

  test('is followed through five redirects and no further', async () => {
    const redirects = (hops: number) => {
      site.answers((request, response) => {
        const hop = Number(request.url?.slice(1));
        if (hop < hops) response.writeHead(301, { Location: `/${hop + 1}` }).end();
        else response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('here');
      });
    };

    redirects(5);
    expect(await site.get('http://site.test/0')).toEqual({ contentType: 'text/plain', sizeBytes: 4 });
    redirects(6);
    await expect(site.get('http://site.test/0')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('in another encoding becomes UTF-8', async () => {
    site.answers((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=shift_jis' }).end(Buffer.from('93fa967b', 'hex')),
    );

    await site.get('http://site.test/');

    expect(await readFile(site.path(), 'utf8')).toBe('日本');
  });

  test.each([
    ['that is no text', 200, { 'Content-Type': 'image/png' }, 'x'],
    ['that does not exist', 404, { 'Content-Type': 'text/html' }, 'no'],
    ['of more than 5 MB', 200, { 'Content-Type': 'text/html' }, 'x'.repeat(5 * 1024 * 1024 + 1)],
    [
      'that unpacks to more than 5 MB',
      200,
      { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' },
      gzipSync('x'.repeat(5 * 1024 * 1024 + 1)),
    ],
  ])('%s is refused with advice', async (_, status, headers, body) => {
    site.answers((_request, response) => response.writeHead(status, headers).end(body));

    await expect(site.get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('that the site keeps to itself is refused, before it is asked for', async () => {
    const asked: string[] = [];
    const shy = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers['user-agent']}`);
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('User-agent: understudybot\nDisallow: /private');
    });
    shy.listen(site.port(), '127.0.0.4');
    await once(shy, 'listening');
    site.resolveTo('shy.test', [['127.0.0.4']]);

    await expect(site.get('http://shy.test/private/a', { isAllowed: () => true })).rejects.toMatchObject({
      reason: 'FETCH_REFUSED',
    });
    shy.close();

    expect(asked).toEqual(['/robots.txt understudybot/1.0']);
  });

  test.each([
    ['a part of more than 63 characters', `${'a'.repeat(64)}.example`],
    ['more than 253 characters', `${'a.'.repeat(130)}example`],
    ['an empty part', 'site..example'],
  ])('under a name with %s is refused, for there can be no such name', async (_, name) => {
    const resolve = async () => Promise.reject(Object.assign(new Error('no look-up'), { code: 'EAI_FAIL' }));

    await expect(site.get(`http://${name}/`, { resolve })).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test.each<[string, string]>([
    ['leaves the protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['speaks another one', 'SSH-2.0-x\r\n'],
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>half'],
    [
      'never ends its chunks',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>ha',
    ],
  ])('of a site that %s may come another time', async (_, answer) => {
    site.answers((_, response) => response.socket?.end(answer));

    await expect(site.get('http://site.test/')).rejects.toMatchObject({ name: 'PageUnavailableError' });
  });

  test('in a packing that nobody knows is refused', async () => {
    site.answers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip, gzip' }).end('x');
    });

    await expect(site.get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('in XHTML is a page', async () => {
    site.answers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/xhtml+xml' }).end('<p>words</p>');
    });

    expect(await site.get('http://site.test/')).toMatchObject({ contentType: 'text/html' });
  });

  test('of a site that is overloaded may come another time', async () => {
    site.answers((_, response) => response.writeHead(503).end());

    await expect(site.get('http://site.test/')).rejects.toBeInstanceOf(PageUnavailableError);
  });
});
