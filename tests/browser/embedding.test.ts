import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { plainPage } from '../support/widget/stage-pages.ts';
import { useWidget } from '../support/widget/use-widget.ts';

const { stage, openPage, seeAnswer } = useWidget();

describe('the tag', () => {
  const bare = () => plainPage('');

  test('works when a script puts it on the page, as a tag manager does', async () => {
    stage.pages.set('/managed', () => ({ html: bare() }));
    const { page } = await openPage({ path: '/managed' });

    await page.evaluate(
      ([src, widget, integrity]) => {
        const script = document.createElement('script');
        Object.assign(script, { src, integrity, crossOrigin: 'anonymous', async: true });
        script.dataset.widget = widget;
        document.head.append(script);
      },
      [stage.apiUrl + stage.manifest.loader.path, stage.widgetId, stage.manifest.loader.integrity] as const,
    );

    await seeAnswer(page);
  });

  test('works as a module, where a script does not know its own tag, and leaves the tags of others alone', async () => {
    stage.pages.set('/module', (tag) => ({
      html: plainPage(
        tag.replace('<script ', '<script type="module" '),
        '<script data-widget="another" type="x"></script>',
      ),
    }));
    const { page, faults } = await openPage({ path: '/module' });

    await seeAnswer(page);

    expect(await page.locator('[data-understudy]').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test('works in the head of a page that has no body yet', async () => {
    stage.pages.set('/head', (tag) => ({ html: plainPage('', tag.replace(' async', '')) }));
    const { page } = await openPage({ path: '/head' });

    await seeAnswer(page);
  });

  test('says in which language the button speaks, and may give it words of its own', async () => {
    stage.pages.set('/words', () => ({
      html: plainPage(
        stage.tag('') +
          stage.tag(' data-locale="es"', randomUUID()) +
          stage.tag(' data-label="Ask Mara" data-position="left"', randomUUID()),
      ),
    }));
    const { page } = await openPage({ path: '/words' });
    await until('the buttons', async () => (await page.locator('.launcher').count()) === 3);

    const labels = await page.locator('.launcher').evaluateAll((all) => all.map((each) => each.ariaLabel).sort());

    expect(labels).toEqual(['Ask Mara', 'Ask a question', 'Hacer una pregunta']);
  });
});

describe('several widgets on a page', () => {
  test('stand beside one another, and opening one closes the other', async () => {
    const other = randomUUID();
    stage.pages.set('/two', () => ({ html: plainPage(stage.tag() + stage.tag('', other)) }));
    const { page } = await openPage({ path: '/two' });
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

describe('a page that changes without being loaded', () => {
  const putTagAgain = (page: Page) =>
    page.evaluate(() => {
      const old = document.querySelector('script[data-widget]');
      const tag = document.createElement('script');
      for (const name of old?.getAttributeNames() ?? []) {
        if (name !== 'data-started') tag.setAttribute(name, old?.getAttribute(name) ?? '');
      }
      old?.remove();
      const loaded = new Promise((resolve) => tag.addEventListener('load', resolve));
      document.body.append(tag);
      return loaded;
    });

  test('has one button however often the tag is put there, and the conversation stays', async () => {
    const { page } = await openPage();
    await seeAnswer(page);

    await putTagAgain(page);
    await putTagAgain(page);

    expect(await page.locator('.launcher').count()).toBe(1);
    expect(await page.locator('.said', { hasText: 'An answer.' }).isVisible()).toBe(true);
  });

  test('gets a new button with a new body, and the socket of the old panel is let go', async () => {
    const { page, faults } = await openPage();
    await seeAnswer(page);

    await page.evaluate(() => {
      // As it comes from a store of pages: without what stands in the shadow root.
      const copy = document.body.cloneNode(true);
      document.body.replaceWith(copy);
    });
    await putTagAgain(page);
    await until('the old socket to end', () => stage.sockets === 0);
    await page.locator('.launcher').click();
    await page.locator('textarea').waitFor();
    await until('the new socket', () => stage.sockets === 1);

    expect(await page.locator('[data-understudy]').count()).toBe(1);
    expect(faults).toEqual([]);
  });
});

describe("the page's own scripts", () => {
  test.each([
    ['something else', '<script src="/page-files/junk.js"></script>'],
    ['a form', '<form id="Understudy"><input name="close"></form>'],
  ])('may have %s by the name of the controls', async (_what, taken) => {
    stage.pages.files.set(
      'junk.js',
      'window.Understudy = { a: 1, b: null, c: { close: 1 }, d: { close() { throw 1 } } }',
    );
    stage.pages.set('/taken', (tag) => ({ html: plainPage(tag, '', taken) }));
    const { page, faults } = await openPage({ path: '/taken' });

    await seeAnswer(page);

    expect(faults).toEqual([]);
  });

  test('open, ask and close a widget, and hear when it is there', async () => {
    stage.pages.files.set(
      'early.js',
      `document.addEventListener('understudy:ready', ({ detail }) => { window.ready = detail.widget; });`,
    );
    stage.pages.set('/driven', (tag) => ({ html: plainPage(tag, '<script src="/page-files/early.js"></script>') }));
    const { page } = await openPage({ path: '/driven' });
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
