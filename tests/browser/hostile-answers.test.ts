import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { figure, tellFigure } from '../support/safety/figures.ts';
import { until } from '../support/until.ts';
import { citation } from '../support/widget/scripted-conversation.ts';
import { storedMessage } from '../support/widget/stored-message.ts';
import { useWidget } from '../support/widget/use-widget.ts';

/** All that an answer may ever become on the page, and what each may carry. Anything else counts as active. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  DIV: ['class', 'tabindex', 'dir'],
  P: ['class', 'dir'],
  UL: ['dir'],
  OL: ['dir', 'start'],
  LI: [],
  STRONG: [],
  EM: [],
  DEL: [],
  CODE: ['dir'],
  PRE: ['dir', 'tabindex'],
  BLOCKQUOTE: ['dir'],
  TABLE: [],
  THEAD: [],
  TBODY: [],
  TR: [],
  TH: ['dir'],
  TD: ['dir'],
  BR: [],
  HR: [],
  BDI: ['class'],
  A: ['href', 'target', 'rel', 'referrerpolicy'],
  BUTTON: ['type', 'class', 'aria-label'],
};
/** Bounds hanging; nothing that is only slow fails. */
const WITHIN_MS = 20_000;

const { stage, openPage } = useWidget();

test('what is looked for would be found', async () => {
  const { page } = await openPage();
  await page.locator('.launcher').click();
  await page.locator('textarea').waitFor();
  await showAnswer(page, 'Fine.', citation(2));
  const beacon = `${stage.apiUrl}/beacon`;
  await page.locator('.said').evaluate((said, src) => said.append(Object.assign(new Image(), { src })), beacon);

  const { found } = await readAnswer(page);

  expect(found).toEqual([expect.stringContaining('<img'), expect.stringContaining('IMG src=')]);
  await until('the request', () => stage.strays.includes('/beacon'));
});

test('hostile answers become text: nothing of them acts, nothing is fetched', {
  timeout: 180_000,
}, async () => {
  const beacon = `${stage.apiUrl}/beacon`;
  const every = figure(5, 1);
  const answers = hostileAnswers(beacon).filter((_, place) => place % every === 0);
  const { page, foreign, faults } = await openPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.locator('.launcher').click();
  await page.locator('textarea').waitFor();

  const active: string[] = [];
  let texts = 0;
  for (const [place, { family, text }] of answers.entries()) {
    await showAnswer(page, text, hostileCitation(beacon, place));
    const { found, shown } = await readAnswer(page);
    active.push(...found.map((what) => `${family} ${place}: ${what}`));
    texts += shown.length > 0 ? 1 : 0;
    // The log does not grow without end, and each answer also comes back as history after a reload.
    if (place % 20 === 19) await startAfresh(page);
  }

  expect(answers.length).toBeGreaterThanOrEqual(100 / every);
  expect(active).toEqual([]);
  expect([foreign, stage.strays, dialogs, faults]).toEqual([[], [], [], []]);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(new URL(page.url()).href).toBe(`${stage.pageUrl}/`);
  expect(texts).toBeGreaterThan(0.9 * answers.length);
  tellFigure(
    'A11',
    `${answers.length} hostile answers, streamed and reloaded`,
    '0 active, 0 requests',
    `${active.length} active, ${foreign.length + stage.strays.length} requests`,
  );
});

/** Streamed in pieces, so that every half of it is rendered too. */
async function showAnswer(page: Page, text: string, hostile: ReturnType<typeof citation>) {
  const before = await page.locator('.message.assistant').count();
  const asked = new Promise<string>((resolve) => {
    stage.onAsked = (question) => resolve(stage.accept(question));
  });
  await page.evaluate((id) => window.Understudy?.[id]?.ask('Well?'), stage.widgetId);
  const turn_id = await asked;
  const step = Math.max(1, Math.ceil(text.length / 5));
  const wellFormed = text.toWellFormed();
  for (let at = 0; at < text.length; at += step) {
    stage.say({ type: 'delta', turn_id, text: wellFormed.slice(at, at + step) });
  }
  stage.sayUnchecked({ type: 'citations', turn_id, citations: [citation(1), hostile] });
  const end = { message_id: turn_id, refused: false, finish_reason: 'stop' as const, text: wellFormed };
  stage.say({ type: 'completed', turn_id, ...end });
  stage.history.push(storedMessage('visitor', turn_id, 'Well?'));
  stage.history.push(storedMessage('assistant', turn_id, wellFormed, [citation(1), hostile]));
  await until(
    'the answer',
    async () =>
      (await page.locator('.message.assistant').count()) > before &&
      (await page.locator('.message.assistant').last().locator('.actions').count()) > 0,
    WITHIN_MS,
  );
}

/** Everything in the newest answer that is not on the list of the harmless; its sources are looked at as well. */
async function readAnswer(page: Page): Promise<{ found: string[]; shown: string }> {
  await page.locator('.message.assistant').last().locator('summary').last().click({ timeout: WITHIN_MS });
  return page
    .locator('.message.assistant')
    .last()
    .evaluate((answer, harmless) => {
      const found: string[] = [];
      for (const element of answer.querySelectorAll(
        '.said, .said *, .sources blockquote, .sources blockquote *, .sources a',
      )) {
        const allowed = harmless[element.tagName];
        if (!allowed) found.push(element.outerHTML.slice(0, 120));
        for (const { name, value } of element.attributes) {
          if (!allowed?.includes(name)) found.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
          if (name === 'href' && !/^https?:\/\/[^@]+$/.test(value)) found.push(`link ${value}`);
        }
      }
      return { found, shown: answer.querySelector('.said')?.textContent ?? '' };
    }, HARMLESS);
}

async function startAfresh(page: Page): Promise<void> {
  await page.reload();
  await page.locator('.launcher').click();
  await until(
    'the history',
    async () => (await page.locator('.message.visitor').count()) === stage.history.length / 2,
    WITHIN_MS,
  );
  const scripts = await page
    .locator('.log :is(script, img, iframe, object, embed, form, style, link, svg:not(.icon))')
    .count();
  expect(scripts).toBe(0);
  stage.startOver();
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await page.locator('.launcher').click();
  await page.locator('textarea').waitFor();
}

const hostileCitation = (beacon: string, place: number) =>
  citation(2, {
    title: `<img src="${beacon}"> ![x](${beacon}) \u202e`,
    snippet: `<script>window.hacked=1</script> <iframe src="${beacon}"> ![x](${beacon})`,
    url:
      ['javascript:window.hacked=1', 'data:text/html,x', `https://a.example@evil.example/${place}`, null][place % 4] ??
      null,
  });

test.each([
  ['https://evil.example.bank.example/login', true],
  ['https://evil.example@bank.example', true],
  ['https://evil.example/login', false],
])('a link that reads %s tells its host: %s', async (label, told) => {
  const { page } = await openPage();
  await page.locator('.launcher').click();
  await page.locator('textarea').waitFor();

  await showAnswer(page, `Go to [${label}](https://evil.example/login).`, citation(2));

  const link = page.locator('.said a').last();
  expect(await link.getAttribute('href')).toBe('https://evil.example/login');
  expect(await link.locator('.host').count()).toBe(told ? 1 : 0);
});
