import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { openPage } from '../support/widget-page.ts';
import { citation, WidgetStage } from '../support/widget-stage.ts';
import { ask, openPanel, WIDGET_STATES } from '../support/widget-states.ts';

const PHONE = {
  viewport: { width: 360, height: 640 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce' as const,
};

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

/** What has the focus: its label, or its class, or the page's own element. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const inner = outer?.shadowRoot?.activeElement ?? outer;
    return inner?.getAttribute('aria-label') ?? inner?.className ?? inner?.tagName ?? '';
  });

const drive = async (name: string, page: Page) =>
  WIDGET_STATES.find((state) => state.name === name)?.drive(page, stage);

async function walk(page: Page, steps: number, key = 'Tab'): Promise<string[]> {
  const stops: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press(key);
    stops.push(await focused(page));
  }
  return stops;
}

describe('by keyboard', () => {
  test('the panel opens into its input, and Escape gives the focus back to the button', async () => {
    const { page } = await openPage(browser, stage);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Ask a question');

    await page.keyboard.press('Enter');
    await until('the focus', async () => (await focused(page)) === 'Ask a question…');
    await page.keyboard.press('Escape');

    expect(await focused(page)).toBe('Ask a question');
    expect(await page.locator('.panel').isVisible()).toBe(false);
  });

  test('Tab goes through an open panel in its order and leaves it for the page', async () => {
    stage.page('/with-links', (tag) => ({ html: `<!doctype html><title>x</title>${tag}<a href="#a">after</a>` }));
    const { page } = await openPage(browser, stage, { path: '/with-links' });
    await openPanel(page);
    await until('the suggestions', async () => (await page.locator('.suggestions button').count()) === 2);
    await page.locator('.launcher').focus();

    const stops = await walk(page, 6);
    await page.locator('.round').last().focus();
    const leaving = await walk(page, 2);

    expect(stops.slice(0, 2)).toEqual(['Close', 'Conversation']);
    expect(stops.at(-2)).toBe('Ask a question…');
    expect(stops.at(-1)).toBe('Send');
    expect(leaving).not.toContain('Close');
  });

  test('where the panel covers the page, Tab stays in it both ways and Escape leaves', async () => {
    const { page } = await openPage(browser, stage, { viewport: { width: 320, height: 600 } });
    await openPanel(page);
    await page.locator('.round').last().focus();

    const forwards = await walk(page, 1);
    const backwards = await walk(page, 1, 'Shift+Tab');
    const modal = await page.locator('.panel').getAttribute('aria-modal');
    await page.keyboard.press('Escape');

    expect([forwards, backwards, modal]).toEqual([['Close'], ['Send'], 'true']);
    expect(await focused(page)).toBe('Ask a question');
  });

  test('erasing is asked twice: the focus stands on what does no harm, Escape takes it back and closes nothing', async () => {
    const { page } = await openPage(browser, stage);
    await drive('erasing', page);
    const first = await page.evaluate(
      () => document.querySelector('[data-understudy]')?.shadowRoot?.activeElement?.textContent,
    );

    await page.keyboard.press('Escape');

    expect(first).toBe('Keep');
    expect(await focused(page)).toBe('Erase and start again');
    expect(await page.locator('.panel').isVisible()).toBe(true);
    expect(stage.calls.map(({ kind }) => kind)).not.toContain('DELETE conversation');
  });

  test('a suggestion, a stopped answer and a question asked again leave the focus in the input', async () => {
    const { page } = await openPage(browser, stage);
    await openPanel(page);
    const asked = new Promise<string>((resolve) => {
      stage.onAsked = (question) => resolve(stage.accept(question));
    });
    await page.locator('.suggestions button').first().focus();
    await page.keyboard.press('Enter');
    const turn_id = await asked;
    const afterSuggestion = await focused(page);

    await page.locator('.round.quiet').focus();
    await page.keyboard.press('Enter');
    const end = { refused: false, finish_reason: 'cancelled' as const, text: '' };
    stage.say({ type: 'completed', turn_id, message_id: turn_id, ...end });
    await page.locator('.round.quiet').waitFor({ state: 'detached' });

    expect([afterSuggestion, await focused(page)]).toEqual(['Ask a question…', 'Ask a question…']);
  });

  test('what is typed reaches no shortcut of the page', async () => {
    const { page } = await openPage(browser, stage);
    await page.evaluate(() => {
      document.addEventListener('keydown', ({ key }) => {
        document.title += key;
      });
    });
    await openPanel(page);
    const before = await page.title();

    await page.locator('textarea').pressSequentially('sk?');

    expect(await page.title()).toBe(before);
  });
});

test('a closed panel keeps what was typed', async () => {
  const { page } = await openPage(browser, stage);
  await openPanel(page);
  await page.locator('textarea').fill('half a question');

  await page.keyboard.press('Escape');
  await openPanel(page);

  expect(await page.locator('textarea').inputValue()).toBe('half a question');
});

test('on a phone the panel covers the page, and no keyboard is called up over it', async () => {
  const { page } = await openPage(browser, stage, PHONE);
  await openPanel(page);

  const box = await page.locator('.panel').boundingBox();

  expect(box).toEqual({ x: 0, y: 0, width: 360, height: 640 });
  expect(await focused(page)).toBe('Conversation');
  expect(await page.locator('.launcher').isVisible()).toBe(false);
});

test('a screen reader is told whole sentences, the number of sources, and nothing of what was there before', async () => {
  const { page } = await openPage(browser, stage);
  await openPanel(page);
  await page.locator('[aria-live=polite][aria-atomic=false]').evaluate((region) => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) spoken.push(node.textContent ?? '');
    }).observe(region, { childList: true });
  });
  const turn_id = stage.accept(await ask(page, stage));

  for (const text of ['Feed it **da', 'ily** [1]. In a warm', ' kitchen twice. And', ' patience']) {
    stage.say({ type: 'delta', turn_id, text });
    await page.waitForFunction(
      (part) => document.querySelector('[data-understudy]')?.shadowRoot?.textContent?.includes(part),
      text.trim().split(' ').at(-1) ?? '',
    );
  }
  const text = 'Feed it **daily** [1]. In a warm kitchen twice. And patience';
  stage.say({ type: 'citations', turn_id, citations: [citation(1)] });
  stage.say({ type: 'completed', turn_id, message_id: turn_id, refused: false, finish_reason: 'stop', text });
  const spoken = () => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  await until('the end', async () => (await spoken()).at(-1)?.startsWith('Sources'));

  expect(await spoken()).toEqual([
    'Looking it up…',
    'Feed it daily.',
    'In a warm kitchen twice.',
    'And patience',
    'Sources: 1',
  ]);
});

test('everything that is pressed is at least 24 by 24 pixels, wherever it is', async () => {
  for (const name of ['done', 'erasing', 'question-refused', 'unavailable']) {
    const { page } = await openPage(browser, stage);
    await drive(name, page);

    const small = await page.locator('[data-understudy] :is(button, summary, textarea)').evaluateAll((elements) =>
      elements.flatMap((element) => {
        // Whole pixels: what moves, or is laid out between two of them, is measured a hair too small.
        const { width, height } = element.getBoundingClientRect();
        return width > 0 && Math.round(Math.min(width, height)) < 24
          ? [`${element.outerHTML.slice(0, 80)} ${width}×${height}`]
          : [];
      }),
    );

    expect(small).toEqual([]);
    stage.reset();
  }
});

test.each([
  { viewport: { width: 320, height: 640 } },
  { viewport: { width: 320, height: 256 } },
  { viewport: { width: 1280, height: 800 } },
])('nothing is cut off at $viewport.width × $viewport.height', async ({ viewport }) => {
  const { page } = await openPage(browser, stage, { viewport, reducedMotion: 'reduce' });
  await drive('done', page);

  const wide = await page.locator('.panel, .panel *').evaluateAll((elements) =>
    elements.flatMap((element) => {
      const scrolls = element.matches('pre, .table, .log, textarea, .hidden, .hidden *, h2');
      return !scrolls && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
        ? [element.outerHTML.slice(0, 100)]
        : [];
    }),
  );
  const log = await page.locator('.log').boundingBox();

  expect(wide).toEqual([]);
  expect(log?.height).toBeGreaterThan(viewport.height / 2.5);
});
