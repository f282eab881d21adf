import type { Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { seeText, shownOn } from '../support/widget/widget-page.ts';
import { ask, openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage, openChat, connected } = useWidget();

describe('what goes wrong', () => {
  test('an app whose script never comes is given up after a while, and loaded when the visitor tries again', async () => {
    const { page } = await openPage();
    const held: Route[] = [];
    await page.route('**/widget/v1/app-*', (route) => (held.length === 0 ? void held.push(route) : route.continue()));
    await page.clock.install();
    const launcher = page.locator('.launcher');

    await launcher.click();
    await until('the script to be asked for', () => held.length > 0);
    const waiting = await launcher.getAttribute('aria-busy');
    await page.clock.fastForward(20_000);
    await page.locator('.launcher[aria-busy="false"]').waitFor();
    await openPanel(page);
    await connected();

    expect(waiting).toBe('true');
  });

  test('a refused question says why and is sent again under the same id', async () => {
    const page = await openChat();
    const { client_message_id, text } = await ask(page, stage);
    stage.sayPlain({ type: 'error', error: errorAbout('SPEND_LIMIT_REACHED', client_message_id) });
    await page.getByText('The assistant has answered all it may for today.').last().waitFor();

    await page.getByRole('button', { name: 'Ask again' }).click();
    await until('the question again', () => stage.asked.length === 2);
    stage.finish(stage.accept(stage.asked[1] ?? expect.fail()), 'Now it does.');
    await seeText(page, 'Now it does.');

    expect(stage.asked[1]).toEqual({ action: 'message', client_message_id, text });
    expect(await shownOn(page)).toEqual([text, 'Now it does.']);
  });

  test('a question that cannot be taken is marked and not sent again and again', async () => {
    const page = await openChat();
    stage.onAsked = (question) => {
      stage.sayPlain({ type: 'error', error: errorAbout('VALIDATION_FAILED', question.client_message_id) });
    };

    await page.evaluate((id) => window.Understudy?.[id]?.ask(' \0 '), stage.widgetId);
    await page.evaluate((id) => window.Understudy?.[id]?.ask('How?\0'), stage.widgetId);
    await page.locator('.outcome .trouble').waitFor();

    expect(stage.asked.map(({ text }) => text)).toEqual(['How?']);
    expect(await page.locator('.outcome.waiting').count()).toBe(0);
  });

  test('a failed answer is asked for again as a new question', async () => {
    const page = await openChat();
    const { text } = await ask(page, stage);
    const turn_id = stage.accept(stage.asked[0] ?? expect.fail());
    stage.say({ type: 'failed', turn_id, error: errorAbout('UPSTREAM_FAILED') });

    await page.getByRole('button', { name: 'Ask again' }).click();
    await until('another question', () => stage.asked.length === 2);

    expect(stage.asked[1]?.text).toBe(text);
    expect(stage.asked[1]?.client_message_id).not.toBe(stage.asked[0]?.client_message_id);
  });

  test('an app whose script never comes is given up, and asked for again at the next press', async () => {
    const { page } = await openPage();
    await page.clock.install();
    const hang = '**/widget/*/app-*.js';
    await page.route(hang, () => {});
    const asked = page.waitForRequest(hang);

    await page.locator('.launcher').click();
    await asked;
    await page.clock.runFor(21_000);
    await page.getByText('The assistant cannot be reached right now. Please try again.').waitFor();
    const busy = await page.locator('.launcher').getAttribute('aria-busy');
    await page.unroute(hang);
    await openPanel(page);

    expect(busy).toBe('false');
  });

  test('a widget that was switched off says so, and comes back when asked to', async () => {
    stage.rest.failures.set('POST sessions', [{ status: 403, code: 'PERMISSION_DENIED' }]);
    const { page } = await openPage();
    await openPanel(page);
    await page.getByText('The assistant is not available here at the moment.').waitFor();

    await page.getByRole('button', { name: 'Try again' }).click();
    await connected();

    // The service has heard the page before the page has heard the service.
    await until('the status to be empty', async () => (await page.locator('.status').first().textContent()) === '');
  });

  test.each(['origin_not_allowed', 'widget_switched_off', 'conversation_gone'])(
    'a page that is dismissed (%s) and may read no answer any more says so, and asks no more until the visitor does',
    async (reason) => {
      const page = await openChat();
      stage.finish(stage.accept(await ask(page, stage)), 'Still here.');
      await seeText(page, 'Still here.');
      stage.rest.isShutToPage = true;

      stage.sayPlain({ type: 'closing', reason });
      stage.dropSockets();
      await page.locator('.status.trouble').waitFor();
      const told = await page.locator('.status.trouble').textContent();
      await page.getByRole('button', { name: 'Try again' }).click();
      await until('a second refusal', () => tickets() + sessions() > 2);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      stage.rest.isShutToPage = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.status.trouble').waitFor({ state: 'detached' });

      expect(told).toBe('The assistant is not available here at the moment.');
      expect(await page.locator('.status').first().textContent()).toBe('');
    },
  );

  test('a page that lost its right while its socket was down learns it when it comes back, and asks no more', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage)), 'Still here.');
    await seeText(page, 'Still here.');
    stage.rest.isShutToPage = true;

    stage.dropSockets();
    await page.getByText('The assistant is not available here at the moment.').waitFor();
    await page.clock.install();
    const asked = tickets() + sessions();
    await page.clock.runFor(10 * 60_000);
    const askedLater = tickets() + sessions();
    stage.rest.isShutToPage = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.status.trouble').waitFor({ state: 'detached' });

    expect(askedLater).toBe(asked);
    expect(await shownOn(page)).toContain('Still here.');
  });

  test('a service in trouble is no refusal: the page goes on trying, and comes back by itself', async () => {
    const page = await openChat();
    stage.rest.isUnwell = true;

    stage.dropSockets();
    await until('many tries', () => tickets() >= 4);
    const told = await page.locator('.status').first().textContent();
    stage.rest.isUnwell = false;
    await until('another socket', () => stage.sent('resume').length === 2);

    expect(told).not.toContain('not available');
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  test('a limit on sessions is waited for as long as the service asks', async () => {
    stage.rest.failures.set('POST sessions', [{ status: 429, code: 'RATE_LIMITED', retryAfter: 30 }]);
    const { page } = await openPage();
    await page.clock.install();
    await openPanel(page);
    await page.getByText('Too many questions in a short time.').waitFor();

    await page.clock.runFor(29_000);
    const early = stage.rest.calls.filter(({ kind }) => kind === 'POST sessions').length;
    await page.clock.runFor(3_000);
    await connected();

    expect(early).toBe(1);
  });

  test('a page without TLS and with its storage shut still gets its answer', async () => {
    const { page, faults } = await openPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(Crypto.prototype, 'randomUUID');
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      Object.defineProperty(window, 'sessionStorage', {
        get: () => {
          throw new DOMException('no', 'SecurityError');
        },
      });
    });
    await page.reload();
    await openPanel(page);

    stage.finish(stage.accept(await ask(page, stage)), 'All the same.');
    await seeText(page, 'All the same.');

    expect(faults).toEqual([]);
  });
});

const callsOf = (kind: string) => stage.rest.calls.filter((call) => call.kind === kind).length;
const tickets = () => callsOf('POST tickets');
const sessions = () => callsOf('POST sessions');

const errorAbout = (
  code: 'SPEND_LIMIT_REACHED' | 'UPSTREAM_FAILED' | 'VALIDATION_FAILED',
  client_message_id?: string,
) => ({
  code,
  message: 'Scripted.',
  details: client_message_id ? { client_message_id } : {},
  timestamp: new Date().toISOString(),
  request_id: 'request-1',
});
