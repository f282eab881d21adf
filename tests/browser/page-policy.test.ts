import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { plainPage } from '../support/widget/stage-pages.ts';
import { useWidget } from '../support/widget/use-widget.ts';

const { stage, openPage, seeAnswer } = useWidget();

/** Tells what the page's policy objected to; a script of its own, for inline ones are forbidden there. */
const REPORTER = `window.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  window.violations.push(violatedDirective + ' ' + blockedURI + ' ' + sample));`;
const violations = (page: Page) => page.evaluate(() => (window as unknown as { violations: string[] }).violations);

describe('a page with a strict policy', () => {
  const reporter = () => `<script src="${stage.pageUrl}/page-files/reporter.js"></script>`;
  /** The documented minimum, with nothing else allowed. */
  const minimum = () => [
    "default-src 'none'",
    `script-src ${stage.pageUrl}/page-files/ ${stage.apiUrl}/widget/`,
    `connect-src ${stage.apiUrl} ${stage.apiUrl.replace('http', 'ws')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];

  test.each([
    ['the documented minimum', () => minimum()],
    ['style sheets of its own only', () => [...minimum(), "style-src 'self'"]],
    ['Trusted Types demanded', () => [...minimum(), "require-trusted-types-for 'script'", 'trusted-types understudy']],
  ])('%s: the widget answers, and the policy has nothing to object to', async (_, policy) => {
    stage.pages.files.set('reporter.js', REPORTER);
    stage.pages.set('/strict', (tag) => ({
      html: plainPage(tag, reporter()),
      headers: { 'Content-Security-Policy': policy().join('; ') },
    }));
    const { page, faults } = await openPage({ path: '/strict' });

    await seeAnswer(page);
    // The policy is in force: what it forbids is refused.
    await page.evaluate(() => {
      document.body.append(Object.assign(new Image(), { src: '/beacon' }));
    });
    await until('the refusal', async () => (await violations(page)).length > 0);

    expect(await violations(page)).toEqual([expect.stringMatching(/^img-src /)]);
    expect(faults).toEqual([]);
  });

  test('a script trusted by its nonce passes the trust on to the app', async () => {
    stage.pages.files.set('reporter.js', REPORTER);
    stage.pages.set('/nonce', (tag) => ({
      html: plainPage(
        tag.replace('<script ', '<script nonce="r4nd0m" '),
        '<script nonce="r4nd0m" src="/page-files/reporter.js"></script>',
      ),
      headers: {
        'Content-Security-Policy': `default-src 'none'; script-src 'nonce-r4nd0m'; connect-src ${stage.apiUrl} ${stage.apiUrl.replace('http', 'ws')}`,
      },
    }));
    const { page } = await openPage({ path: '/nonce' });

    await seeAnswer(page);

    expect(await violations(page)).toEqual([]);
  });

  test('where the API may not be reached, the button says so instead of doing nothing', async () => {
    stage.pages.set('/closed', (tag) => ({
      html: plainPage(tag),
      headers: { 'Content-Security-Policy': `default-src 'none'; script-src ${stage.apiUrl}/widget/` },
    }));
    const { page } = await openPage({ path: '/closed' });

    await page.locator('.launcher').click();

    await page.getByText('The assistant cannot be reached right now.').waitFor();
  });
});

describe('the app', () => {
  test.each([
    ['is not what was published', `sha384-${'A'.repeat(64)}`],
    ['has no hash to be held against', ''],
  ])('is not run when it %s', async (_, integrity) => {
    stage.app = { url: stage.apiUrl + stage.manifest.app.path, integrity };
    const { page } = await openPage();

    await page.locator('.launcher').click();
    await page.getByText('The assistant cannot be reached right now.').waitFor();

    expect(await page.locator('.panel').count()).toBe(0);
    stage.app = undefined;
    await seeAnswer(page);
  });
});

describe('a loader that was published', () => {
  test.each(readdirSync('web/published'))('%s works with the app of today', async (name) => {
    const path = `/widget/v1/${name}`;
    const code = readFileSync(`web/published/${name}`);
    const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
    stage.pages.set('/published', (tag) => ({
      html: plainPage(
        tag.replace(stage.manifest.loader.path, path).replace(stage.manifest.loader.integrity, integrity),
      ),
    }));
    const { page, faults } = await openPage({ path: '/published' });

    await seeAnswer(page);

    expect(await page.locator(`script[src$="${path}"]`).count()).toBe(1);
    expect(faults).toEqual([]);
  });
});
