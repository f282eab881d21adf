import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Network, PUBLIC_INTERNET } from '../../../functions/ai/gateways/guarded-get.ts';
import { openPageFetcher, PageUnavailableError } from '../../../functions/ai/gateways/page-fetcher.ts';
import { isPublicAddress } from '../../../functions/ai/gateways/public-address.ts';
import { tellFigure } from '../../support/safety/figures.ts';

/** Where the "public" site of these tests stands, and where nothing may ever arrive. */
const SITE = '127.0.0.2';
const INSIDE = '127.0.0.1';

/** Every way to write or to name an address that is not public. `*` is a name of a stranger's zone. */
const LITERALS = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001'],
  ...['127.0.0.1.', '127.0.0.53', '0.0.0.0', '0', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0xa9fea9fe', '100.64.0.1', '198.18.0.1'],
  ...['224.0.0.1', '255.255.255.255', '240.0.0.1', '192.0.0.1', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::]', '[2001::7f00:1]', '[fe80::1]', '[fc00::1]', '[fec0::1]', '[ff02::1]'],
];
/** Names, and what they resolve to. */
const NAMES = new Map([
  ['localhost', [INSIDE]],
  ['localhost.', [INSIDE]],
  ['inside.attacker.test', [INSIDE]],
  ['metadata.attacker.test', ['169.254.169.254']],
  ['six.attacker.test', ['::1']],
  ['mapped.attacker.test', ['::ffff:127.0.0.1']],
  ['nat64.attacker.test', ['64:ff9b::7f00:1']],
  ['second.attacker.test', [SITE, INSIDE]],
]);
const OTHERS = [
  ...['http://user:secret@site.test/', 'http://site.test:8080/', 'http://site.test:22/', 'https://site.test:80/'],
  ...['ftp://site.test/', 'file:///etc/passwd', 'gopher://site.test/', 'data:text/html,hello', 'javascript:alert(1)'],
];
const FORMS = [...LITERALS.map((host) => `http://${host}/`), ...[...NAMES.keys()].map((name) => `http://${name}/`)];

let site: Server;
let inside: Server;
let port: number;
let folder: string;
let reached: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let resolved: Map<string, readonly string[][]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-ssrf-'));
  site = createServer((request, response) => {
    if (request.url === '/robots.txt') response.writeHead(404).end();
    else answer(request, response);
  }).listen(0, SITE);
  await once(site, 'listening');
  const address = site.address();
  port = typeof address === 'object' && address ? address.port : 0;
  inside = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end('the inside');
  });
  inside.on('connection', () => reached.push('connection'));
  inside.listen(port, INSIDE);
  await once(inside, 'listening');
});

afterAll(async () => {
  site.close();
  inside.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  reached = [];
  resolved = new Map();
  answer = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>public</p>');
});

const families = (addresses: readonly string[]) =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
/** The guard as in production, but that the test's site counts as public, and that ports below 1024 stand for `port`. */
const network = (changes: Partial<Network> = {}): Network => ({
  async resolve(name) {
    const [next, ...later] = resolved.get(name) ?? [NAMES.get(name) ?? [SITE]];
    if (later.length > 0) resolved.set(name, later);
    return families(next ?? []);
  },
  isAllowed: (address) => address === SITE || isPublicAddress(address),
  ports: { http: port, https: port },
  ...changes,
});
const path = () => join(folder, 'page');
const get = (url: string, changes?: Partial<Network>) =>
  openPageFetcher({ network: network(changes) }).fetch(url, path(), new AbortController().signal);
const redirect = (to: string) => {
  const location = to.replace(/[^\x20-\x7e]/g, encodeURIComponent);
  answer = (_, response) => response.writeHead(302, { Location: location }).end();
};

describe('A10: no page leads inside', () => {
  let arrivals = 0;

  test('there are at least forty forms of addresses', () => {
    expect(FORMS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(FORMS)('%s directly', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += reached.length;
    expect(reached).toEqual([]);
  });

  test.each(FORMS)('%s by a redirect', async (url) => {
    redirect(url);

    await expect(get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += reached.length;
    expect(reached).toEqual([]);
  });

  test.each(OTHERS)('%s neither', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    redirect(url);
    await expect(get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += reached.length;
    expect(reached).toEqual([]);
  });

  test('nor by a redirect of robots.txt', async () => {
    const moved = createServer((_, response) => response.writeHead(302, { Location: 'http://localhost/x' }).end());
    moved.listen(port, '127.0.0.3');
    await once(moved, 'listening');
    resolved.set('moved.test', [['127.0.0.3']]);

    const isAllowed = (address: string) => address === '127.0.0.3';
    await expect(get('http://moved.test/', { isAllowed })).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    moved.close();

    expect(reached).toEqual([]);
  });

  test('nor by a name that means another address the second time', async () => {
    resolved.set('rebinding.test', [[SITE], [INSIDE]]);

    await expect(get('http://rebinding.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    expect(reached).toEqual([]);
  });

  test('nor by the guard of production on this machine’s own names', async () => {
    const production = openPageFetcher({ network: { ...PUBLIC_INTERNET, ports: { http: port, https: port } } });

    for (const url of ['http://localhost/', 'http://127.0.0.1/', 'http://[::1]/']) {
      const fetching = production.fetch(url, path(), new AbortController().signal);
      await expect(fetching).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    }

    expect(reached).toEqual([]);
  });

  test('with the guard off, the same names and redirects do arrive', async () => {
    const off = { isAllowed: () => true };

    await get('http://inside.attacker.test/', off);
    redirect('http://localhost/redirected');
    await get('http://site.test/', off);

    expect(reached.filter((each) => each !== 'connection')).toEqual(['/robots.txt', '/', '/robots.txt', '/redirected']);
  });

  afterAll(() => {
    const tried = `${arrivals} connections; ${FORMS.length} forms directly and by a redirect, ${OTHERS.length} others`;
    tellFigure('A10', 'addresses that lead inside', '40 forms × direct and redirected, 0 connections', tried);
  });
});

describe('a page', () => {
  test('is written as it came, with its type', async () => {
    expect(await get('http://site.test/')).toEqual({ contentType: 'text/html', sizeBytes: 13 });
    expect(await readFile(path(), 'utf8')).toBe('<p>public</p>');
  });

  test('is followed through five redirects and no further', async () => {
    const redirects = (hops: number) => {
      answer = (request, response) => {
        const hop = Number(request.url?.slice(1));
        if (hop < hops) response.writeHead(301, { Location: `/${hop + 1}` }).end();
        else response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('here');
      };
    };

    redirects(5);
    expect(await get('http://site.test/0')).toEqual({ contentType: 'text/plain', sizeBytes: 4 });
    redirects(6);
    await expect(get('http://site.test/0')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('in another encoding becomes UTF-8', async () => {
    answer = (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=shift_jis' }).end(Buffer.from('93fa967b', 'hex'));

    await get('http://site.test/');

    expect(await readFile(path(), 'utf8')).toBe('日本');
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
    answer = (_request, response) => response.writeHead(status, headers).end(body);

    await expect(get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('that the site keeps to itself is refused, before it is asked for', async () => {
    const asked: string[] = [];
    const shy = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers['user-agent']}`);
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('User-agent: understudybot\nDisallow: /private');
    });
    shy.listen(port, '127.0.0.4');
    await once(shy, 'listening');
    resolved.set('shy.test', [['127.0.0.4']]);

    await expect(get('http://shy.test/private/a', { isAllowed: () => true })).rejects.toMatchObject({
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

    await expect(get(`http://${name}/`, { resolve })).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
  });

  test('of a site that is overloaded may come another time', async () => {
    answer = (_, response) => response.writeHead(503).end();

    await expect(get('http://site.test/')).rejects.toBeInstanceOf(PageUnavailableError);
  });
});
