import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { PUBLIC_INTERNET } from '../../../functions/ai/gateways/guarded-get.ts';
import { openPageFetcher } from '../../../functions/ai/gateways/page-fetcher.ts';
import { tellFigure } from '../../support/safety/figures.ts';
import { INSIDE, SITE, useSites } from '../../support/use-sites.ts';

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
  ['isatap.attacker.test', ['2606:4700::5efe:7f00:1']],
  ['zone.attacker.test', ['fe80::1%eth0']],
]);
const OTHERS = [
  ...['http://user:secret@site.test/', 'http://site.test:8080/', 'http://site.test:22/', 'https://site.test:80/'],
  ...['ftp://site.test/', 'file:///etc/passwd', 'gopher://site.test/', 'data:text/html,hello', 'javascript:alert(1)'],
];
const FORMS = [...LITERALS.map((host) => `http://${host}/`), ...[...NAMES.keys()].map((name) => `http://${name}/`)];

const site = useSites(NAMES);

describe('A10: no page leads inside', () => {
  let arrivals = 0;

  test('there are at least forty forms of addresses', () => {
    expect(FORMS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(FORMS)('%s directly', async (url) => {
    await expect(site.get(url)).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += site.reached().length;
    expect(site.reached()).toEqual([]);
  });

  test.each(FORMS)('%s by a redirect', async (url) => {
    site.redirect(url);

    await expect(site.get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += site.reached().length;
    expect(site.reached()).toEqual([]);
  });

  test.each(OTHERS)('%s neither', async (url) => {
    await expect(site.get(url)).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    site.redirect(url);
    await expect(site.get('http://site.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    arrivals += site.reached().length;
    expect(site.reached()).toEqual([]);
  });

  test('nor by a redirect of robots.txt', async () => {
    const moved = createServer((_, response) => response.writeHead(302, { Location: 'http://localhost/x' }).end());
    moved.listen(site.port(), '127.0.0.3');
    await once(moved, 'listening');
    site.resolveTo('moved.test', [['127.0.0.3']]);

    const isAllowed = (address: string) => address === '127.0.0.3';
    await expect(site.get('http://moved.test/', { isAllowed })).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    moved.close();

    expect(site.reached()).toEqual([]);
  });

  test('nor by a name that means another address the second time', async () => {
    site.resolveTo('rebinding.test', [[SITE], [INSIDE]]);

    await expect(site.get('http://rebinding.test/')).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });

    expect(site.reached()).toEqual([]);
  });

  test('nor by the guard of production on this machine’s own names', async () => {
    const production = openPageFetcher({
      network: { ...PUBLIC_INTERNET, ports: { http: site.port(), https: site.port() } },
    });

    for (const url of ['http://localhost/', 'http://127.0.0.1/', 'http://[::1]/']) {
      const fetching = production.fetch(url, site.path(), new AbortController().signal);
      await expect(fetching).rejects.toMatchObject({ reason: 'FETCH_REFUSED' });
    }

    expect(site.reached()).toEqual([]);
  });

  test('with the guard off, the same names and redirects do arrive', async () => {
    const off = { isAllowed: () => true };

    await site.get('http://inside.attacker.test/', off);
    site.redirect('http://localhost/redirected');
    await site.get('http://site.test/', off);

    expect(site.reached().filter((each) => each !== 'connection')).toEqual([
      '/robots.txt',
      '/',
      '/robots.txt',
      '/redirected',
    ]);
  });

  afterAll(() => {
    const tried = `${arrivals} connections; ${FORMS.length} forms directly and by a redirect, ${OTHERS.length} others`;
    tellFigure('A10', 'addresses that lead inside', '40 forms × direct and redirected, 0 connections', tried);
  });
});
