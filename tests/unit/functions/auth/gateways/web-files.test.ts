import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWebFiles } from '../../../../../functions/auth/gateways/web-files.ts';
import { restEvent } from '../../../../support/rest-event.ts';

let folder: string;
beforeAll(async () => {
  const outside = await mkdtemp(join(tmpdir(), 'understudy-web-'));
  folder = join(outside, 'web');
  await mkdir(join(folder, 'widget/v1'), { recursive: true });
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'index.html'), '<h1>Home</h1>');
  await writeFile(join(folder, 'verify.html'), '<h1>Verify</h1>');
  await writeFile(join(folder, 'page.css'), 'main {}');
  await writeFile(join(folder, 'openapi.json'), '{}');
  await writeFile(join(folder, 'icon.png'), Buffer.from([0x89, 0x50]));
  await writeFile(join(folder, 'notes.md'), 'not for the web');
  await writeFile(join(folder, 'widget/v1/loader-0123456789ab.js'), 'run()');
});
afterAll(() => rm(join(folder, '..'), { recursive: true }));

const open = () => openWebFiles({ folder, apiOrigin: 'https://api.example.test' });
const get = (path: string, method = 'GET') => open()(restEvent(method, path));

describe('web files', () => {
  it.each([
    ['/', '<h1>Home</h1>', 'text/html; charset=utf-8', 'no-cache'],
    ['/verify', '<h1>Verify</h1>', 'text/html; charset=utf-8', 'no-cache'],
    ['/page.css', 'main {}', 'text/css; charset=utf-8', 'public, max-age=300'],
    ['/openapi.json', '{}', 'application/json', 'public, max-age=300'],
    [
      '/widget/v1/loader-0123456789ab.js',
      'run()',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
  ])('stand at %s', async (path, body, contentType, caching) => {
    const answer = await get(path);

    expect(answer).toMatchObject({ statusCode: 200, body, isBase64Encoded: false });
    expect(answer?.headers).toMatchObject({ 'Content-Type': contentType, 'Cache-Control': caching });
  });

  it('that are pages forbid foreign code and tell nobody their address', async () => {
    const headers = (await get('/verify'))?.headers;

    expect(headers?.['Content-Security-Policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers?.['Content-Security-Policy']).toContain("connect-src 'self' https://api.example.test wss://api");
    expect(headers?.['Referrer-Policy']).toBe('no-referrer');
  });

  it('of the widget may be read by any page, the others by none', async () => {
    const [widget, page] = await Promise.all([get('/widget/v1/loader-0123456789ab.js'), get('/')]);

    expect(widget?.headers?.['Access-Control-Allow-Origin']).toBe('*');
    expect(page?.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  it('that are binary travel as base64, and a HEAD brings no body', async () => {
    const [image, head] = await Promise.all([get('/icon.png'), get('/icon.png', 'HEAD')]);

    expect(image).toMatchObject({ body: 'iVA=', isBase64Encoded: true });
    expect(head).toMatchObject({ statusCode: 200, body: '', isBase64Encoded: false });
  });

  it('take no other method', async () => {
    await expect(get('/', 'POST')).rejects.toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      headers: { Allow: 'GET, HEAD' },
    });
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/widget/../../secret.txt',
    '/widget',
    '/widget/',
    '/notes.md',
    '/verify.html',
    '//page.css',
    '/page.css/',
    '/__proto__',
    '/constructor',
    'page.css',
    '',
  ])('are not found at %j', async (path) => {
    expect(await get(path)).toBeUndefined();
  });

  it('are none where there is no folder', async () => {
    const files = openWebFiles({ folder: join(folder, 'missing'), apiOrigin: 'https://x.test' });

    expect(await files(restEvent('GET', '/'))).toBeUndefined();
  });
});
