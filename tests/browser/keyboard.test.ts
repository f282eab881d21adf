import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { focusOf } from '../support/widget/widget-page.ts';
import { driveTo, openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage } = useWidget();

describe('by keyboard', () => {
  test('the panel opens into its input, and Escape gives the focus back to the button', async () => {
    const { page } = await openPage();
    await page.keyboard.press('Tab');
    expect(await focusOf(page)).toBe('Ask a question');

    await page.keyboard.press('Enter');
    await until('the focus', async () => (await focusOf(page)) === 'Ask a question…');
    await page.keyboard.press('Escape');

    expect(await focusOf(page)).toBe('Ask a question');
    expect(await page.locator('.panel').isVisible()).toBe(false);
  });

  test('Tab goes through an open panel in its order and leaves it for the page', async () => {
    stage.pages.set('/with-links', (tag) => ({ html: `<!doctype html><title>x</title>${tag}<a href="#a">after</a>` }));
    const { page } = await openPage({ path: '/with-links' });
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
    const { page } = await openPage({ viewport: { width: 320, height: 600 } });
    await openPanel(page);
    await page.locator('.round').last().focus();

    const forwards = await walk(page, 1);
    const backwards = await walk(page, 1, 'Shift+Tab');
    const modal = await page.locator('.panel').getAttribute('aria-modal');
    await page.keyboard.press('Escape');

    expect([forwards, backwards, modal]).toEqual([['Close'], ['Send'], 'true']);
    expect(await focusOf(page)).toBe('Ask a question');
  });

  test('erasing is asked twice: the focus stands on what does no harm, Escape takes it back and closes nothing', async () => {
    const { page } = await openPage();
    await driveTo('erasing', page, stage);
    const focused = () =>
      page.evaluate(() => document.querySelector('[data-understudy]')?.shadowRoot?.activeElement?.textContent);
    await until('the focus on what does no harm', async () => (await focused()) === 'Keep');

    await page.keyboard.press('Escape');

    expect(await focusOf(page)).toBe('Erase and start again');
    expect(await page.locator('.panel').isVisible()).toBe(true);
    expect(stage.rest.calls.map(({ kind }) => kind)).not.toContain('DELETE conversation');
  });

  test('a suggestion, a stopped answer and a question asked again leave the focus in the input', async () => {
    const { page } = await openPage();
    await openPanel(page);
    const asked = new Promise<string>((resolve) => {
      stage.onAsked = (question) => resolve(stage.accept(question));
    });
    await page.locator('.suggestions button').first().focus();
    await page.keyboard.press('Enter');
    const turn_id = await asked;
    const afterSuggestion = await focusOf(page);

    await page.locator('.round.quiet').focus();
    await page.keyboard.press('Enter');
    const end = { refused: false, finish_reason: 'cancelled' as const, text: '' };
    stage.say({ type: 'completed', turn_id, message_id: turn_id, ...end });
    await page.locator('.round.quiet').waitFor({ state: 'detached' });

    expect([afterSuggestion, await focusOf(page)]).toEqual(['Ask a question…', 'Ask a question…']);
  });

  test('what is typed reaches no shortcut of the page', async () => {
    const { page } = await openPage();
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
  const { page } = await openPage();
  await openPanel(page);
  await page.locator('textarea').fill('half a question');

  await page.keyboard.press('Escape');
  await openPanel(page);

  expect(await page.locator('textarea').inputValue()).toBe('half a question');
});

async function walk(page: Page, steps: number, key = 'Tab'): Promise<string[]> {
  const stops: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press(key);
    stops.push(await focusOf(page));
  }
  return stops;
}
