import { expect, test } from 'vitest';
import { useWidget } from '../support/widget/use-widget.ts';
import { focusOf } from '../support/widget/widget-page.ts';
import { driveTo, openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage } = useWidget();

const PHONE = {
  viewport: { width: 360, height: 640 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce' as const,
};

test('on a phone the panel covers the page, and no keyboard is called up over it', async () => {
  const { page } = await openPage(PHONE);
  await openPanel(page);

  const box = await page.locator('.panel').boundingBox();

  expect(box).toEqual({ x: 0, y: 0, width: 360, height: 640 });
  expect(await focusOf(page)).toBe('Conversation');
  expect(await page.locator('.launcher').isVisible()).toBe(false);
});

test('everything that is pressed is at least 24 by 24 pixels, wherever it is', async () => {
  for (const name of ['done', 'erasing', 'question-refused', 'unavailable']) {
    const { page } = await openPage();
    await driveTo(name, page, stage);

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
  const { page } = await openPage({ viewport, reducedMotion: 'reduce' });
  await driveTo('done', page, stage);

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
