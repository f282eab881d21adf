import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { openPage } from '../support/widget-page.ts';
import { plainPage, WidgetStage } from '../support/widget-stage.ts';
import { ask, openPanel } from '../support/widget-states.ts';

let browser: Browser;
let stage: WidgetStage;

beforeAll(async () => {
  [browser, stage] = await Promise.all([openBrowser(), WidgetStage.open()]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
afterEach(async () => {
  stage.reset();
  await Promise.all(browser.contexts().map((context) => context.close()));
});

/** Tells what the page's policy objected to; a script of its own, for inline ones are forbidden there. */
const REPORTER = `window.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  window.violations.push(violatedDirective + ' ' + blockedURI + ' ' + sample));`;
const violations = (page: Page) => page.evaluate(() => (window as unknown as { violations: string[] }).violations);

async function answers(page: Page): Promise<void> {
  await openPanel(page);
  stage.finish(stage.accept(await ask(page, stage)), 'An **answer**.');
  await page.locator('.said', { hasText: 'An answer.' }).waitFor();
}

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
    stage.pageFiles.set('reporter.js', REPORTER);
    stage.page('/strict', (tag) => ({
      html: plainPage(tag, reporter()),
      headers: { 'Content-Security-Policy': policy().join('; ') },
    }));
    const { page, faults } = await openPage(browser, stage, { path: '/strict' });

    await answers(page);
    // The policy is in force: what it forbids is refused.
    await page.evaluate(() => {
      document.body.append(Object.assign(new Image(), { src: '/beacon' }));
    });
    await until('the refusal', async () => (await violations(page)).length > 0);

    expect(await violations(page)).toEqual([expect.stringMatching(/^img-src /)]);
    expect(faults).toEqual([]);
  });

  test('a script trusted by its nonce passes the trust on to the app', async () => {
    stage.pageFiles.set('reporter.js', REPORTER);
    stage.page('/nonce', (tag) => ({
      html: plainPage(
        tag.replace('<script ', '<script nonce="r4nd0m" '),
        '<script nonce="r4nd0m" src="/page-files/reporter.js"></script>',
      ),
      headers: {
        'Content-Security-Policy': `default-src 'none'; script-src 'nonce-r4nd0m'; connect-src ${stage.apiUrl} ${stage.apiUrl.replace('http', 'ws')}`,
      },
    }));
    const { page } = await openPage(browser, stage, { path: '/nonce' });

    await answers(page);

    expect(await violations(page)).toEqual([]);
  });

  test('where the API may not be reached, the button says so instead of doing nothing', async () => {
    stage.page('/closed', (tag) => ({
      html: plainPage(tag),
      headers: { 'Content-Security-Policy': `default-src 'none'; script-src ${stage.apiUrl}/widget/` },
    }));
    const { page } = await openPage(browser, stage, { path: '/closed' });

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
    const { page } = await openPage(browser, stage);

    await page.locator('.launcher').click();
    await page.getByText('The assistant cannot be reached right now.').waitFor();

    expect(await page.locator('.panel').count()).toBe(0);
    stage.app = undefined;
    await answers(page);
  });
});

describe('a loader that was published', () => {
  test.each(readdirSync('web/published'))('%s works with the app of today', async (name) => {
    const path = `/widget/v1/${name}`;
    const code = readFileSync(`web/published/${name}`);
    const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
    stage.page('/published', (tag) => ({
      html: plainPage(
        tag.replace(stage.manifest.loader.path, path).replace(stage.manifest.loader.integrity, integrity),
      ),
    }));
    const { page, faults } = await openPage(browser, stage, { path: '/published' });

    await answers(page);

    expect(await page.locator(`script[src$="${path}"]`).count()).toBe(1);
    expect(faults).toEqual([]);
  });
});

describe('the tag', () => {
  const bare = () => plainPage('');

  test('works when a script puts it on the page, as a tag manager does', async () => {
    stage.page('/managed', () => ({ html: bare() }));
    const { page } = await openPage(browser, stage, { path: '/managed' });

    await page.evaluate(
      ([src, widget, integrity]) => {
        const script = document.createElement('script');
        Object.assign(script, { src, integrity, crossOrigin: 'anonymous', async: true });
        script.dataset.widget = widget;
        document.head.append(script);
      },
      [stage.apiUrl + stage.manifest.loader.path, stage.widgetId, stage.manifest.loader.integrity] as const,
    );

    await answers(page);
  });

  test('works as a module, where a script does not know its own tag, and leaves the tags of others alone', async () => {
    stage.page('/module', (tag) => ({
      html: plainPage(
        tag.replace('<script ', '<script type="module" '),
        '<script data-widget="another" type="x"></script>',
      ),
    }));
    const { page, faults } = await openPage(browser, stage, { path: '/module' });

    await answers(page);

    expect(await page.locator('[data-understudy]').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test('works in the head of a page that has no body yet', async () => {
    stage.page('/head', (tag) => ({ html: plainPage('', tag.replace(' async', '')) }));
    const { page } = await openPage(browser, stage, { path: '/head' });

    await answers(page);
  });

  test('says in which language the button speaks, and may give it words of its own', async () => {
    stage.page('/words', () => ({
      html: plainPage(
        stage.tag('') +
          stage.tag(' data-locale="es"', randomUUID()) +
          stage.tag(' data-label="Ask Mara" data-position="left"', randomUUID()),
      ),
    }));
    const { page } = await openPage(browser, stage, { path: '/words' });
    await until('the buttons', async () => (await page.locator('.launcher').count()) === 3);

    const labels = await page.locator('.launcher').evaluateAll((all) => all.map((each) => each.ariaLabel).sort());

    expect(labels).toEqual(['Ask Mara', 'Ask a question', 'Hacer una pregunta']);
  });
});

describe('several widgets on a page', () => {
  test('stand beside one another, and opening one closes the other', async () => {
    const other = randomUUID();
    stage.page('/two', () => ({ html: plainPage(stage.tag() + stage.tag('', other)) }));
    const { page } = await openPage(browser, stage, { path: '/two' });
    const launcher = (id: string) => page.locator(`[data-understudy="${id}"] .launcher`);
    await until('both', async () => (await page.locator('.launcher').count()) === 2);
    const boxes = await page
      .locator('.launcher')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().x));

    await launcher(stage.widgetId).click();
    await page.locator(`[data-understudy="${stage.widgetId}"] .panel`).waitFor();
    await launcher(other).click();
    await page.locator(`[data-understudy="${other}"] .panel`).waitFor();

    expect(Math.abs((boxes[0] ?? 0) - (boxes[1] ?? 0))).toBeGreaterThanOrEqual(56);
    expect(await page.locator(`[data-understudy="${stage.widgetId}"] .panel`).isVisible()).toBe(false);
    const focus = await page.evaluate(() => document.activeElement?.getAttribute('data-understudy'));
    expect(focus).toBe(other);
  });
});

describe("the page's own scripts", () => {
  test('open, ask and close a widget, and hear when it is there', async () => {
    stage.pageFiles.set(
      'early.js',
      `document.addEventListener('understudy:ready', ({ detail }) => { window.ready = detail.widget; });`,
    );
    stage.page('/driven', (tag) => ({ html: plainPage(tag, '<script src="/page-files/early.js"></script>') }));
    const { page } = await openPage(browser, stage, { path: '/driven' });
    await until('the widget', () => page.evaluate(() => 'ready' in window));
    stage.onAsked = (question) => stage.finish(stage.accept(question), 'To the script.');

    const ready = await page.evaluate(async () => {
      const { ready: id = '', Understudy } = window as Window & { ready?: string };
      await Understudy?.[id]?.ask('From a script?');
      return id;
    });
    await page.locator('.said', { hasText: 'To the script.' }).waitFor();
    await page.evaluate((id) => window.Understudy?.[id]?.close(), ready);
    const closed = await page.locator('.panel').isVisible();
    await page.evaluate((id) => window.Understudy?.[id]?.open(), ready);

    expect([ready, closed]).toEqual([stage.widgetId, false]);
    expect(await page.locator('.panel').isVisible()).toBe(true);
    expect(await page.locator('[data-question]').allTextContents()).toEqual(['From a script?']);
  });
});

describe("the page's own style", () => {
  const HOSTILE = `
* { all: unset !important; }
*, *::before, *::after { color: red !important; font: 60px serif !important; direction: rtl !important; }
button, textarea, section, header { background: red !important; border: 20px solid red !important; transform: rotate(20deg) !important; }
div { display: none !important; position: static !important; z-index: -1 !important; opacity: .1 !important; width: 5px !important; }
[data-understudy] { display: none !important; visibility: hidden !important; filter: blur(9px) !important; clip-path: inset(50%) !important; }
[popover] { display: none !important; inset: 0 !important; }
html { background: #fff !important; font-size: 5px !important; --accent: red; --ground: red; }
body { transform: translateX(300px) !important; filter: invert(1) !important; }
head, head *, main, main * { display: none !important; }
.cover { display: block !important; position: fixed !important; inset: 0 !important; background: #fff !important; z-index: 2147483647 !important; }`;

  test('does not reach in, and nothing of the page lies above', async () => {
    const picture = async (path: string): Promise<[Buffer, Buffer]> => {
      const { page } = await openPage(browser, stage, { path, reducedMotion: 'reduce' });
      await page.locator('.launcher').waitFor();
      const launcher = await page.locator('.launcher').screenshot();
      await answers(page);
      await page.locator('.panel').evaluate((panel) => panel.querySelector('textarea')?.blur());
      const panel = await page.locator('.panel').screenshot();
      stage.startOver();
      return [launcher, panel];
    };
    stage.pageFiles.set('hostile.css', HOSTILE);
    const cover = '<p class="cover"></p>';
    stage.page('/quiet', (tag) => ({
      html: plainPage(`${tag}<style>main{display:none} html{background:#fff}</style>`),
    }));
    stage.page('/hostile', (tag) => ({
      html: plainPage(tag + cover, '<link rel="stylesheet" href="/page-files/hostile.css">'),
    }));

    const [quiet, hostile] = [await picture('/quiet'), await picture('/hostile')];

    expect(hostile[0].equals(quiet[0])).toBe(true);
    expect(hostile[1].equals(quiet[1])).toBe(true);
  });

  test('is not touched by the widget', async () => {
    stage.page('/plain', (tag) => ({
      html: plainPage(tag, '', '<button>Own button</button><p class="message">Own</p>'),
    }));
    const { page } = await openPage(browser, stage, { path: '/plain' });
    const main = page.locator('main');
    const before = await main.screenshot();
    await openPanel(page);
    await page.evaluate((id) => window.Understudy?.[id]?.close(), stage.widgetId);
    await page.locator('h1').click();

    expect((await main.screenshot()).equals(before)).toBe(true);
  });
});
