import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { openPage } from '../support/widget-page.ts';
import { citation, WidgetStage } from '../support/widget-stage.ts';
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

const open = async (options: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
  const { page } = await openPage(browser, stage, options);
  await openPanel(page);
  await connected();
  return page;
};
const connected = () => until('the socket', () => sent('resume').length > 0);
const sent = (action: string) => stage.received.filter((frame) => frame.action === action);
const asked = () => stage.received.flatMap((frame) => (frame.action === 'message' ? [frame] : []));
/** The conversation as it stands on the screen, from top to bottom. */
const shown = (page: Page) =>
  page
    .locator('.message:not(:has(.greeting))')
    .evaluateAll((messages) => messages.map((message) => message.querySelector('p, .said')?.textContent ?? ''));
const says = (page: Page, text: string) => page.locator('.log').getByText(text).last().waitFor();

describe('a line that breaks', () => {
  test('loses and doubles nothing of a running answer, however often it breaks', async () => {
    const page = await open();
    const turn_id = stage.accept(await ask(page, stage));
    const words = Array.from({ length: 30 }, (_, place) => `word${place} `);

    for (const [place, text] of words.entries()) {
      stage.say({ type: 'delta', turn_id, text });
      if (place % 6 === 3) stage.dropSockets();
    }
    await says(page, 'word29');

    expect((await shown(page)).at(-1)).toBe(words.join('').trim());
    expect(await page.locator('.status').first().textContent()).toBe('');
  });

  test('a question asked without a network is sent once, when it is back', async () => {
    const page = await open();
    await page.context().setOffline(true);
    stage.dropSockets();
    await page.locator('.status.offline').waitFor();

    await page.locator('textarea').fill('Still there?');
    await page.keyboard.press('Enter');
    await page.locator('.outcome.waiting').waitFor();
    await page.context().setOffline(false);
    await until('the question', () => asked().length > 0);
    stage.finish(stage.accept(asked()[0] ?? expect.fail()), 'Yes.');
    await says(page, 'Yes.');

    expect(asked().map(({ text }) => text)).toEqual(['Still there?']);
    expect(await shown(page)).toEqual(['Still there?', 'Yes.']);
  });

  test('a question whose acceptance was lost is asked again under its own id, and shown once', async () => {
    const page = await open();
    const first = await ask(page, stage, 'Only once?');
    stage.dropSockets();
    await until('the repetition', () => asked().length === 2);

    stage.finish(stage.accept(asked()[1] ?? expect.fail()), 'Once.');
    await says(page, 'Once.');

    expect(asked()[1]).toEqual(first);
    expect(await shown(page)).toEqual(['Only once?', 'Once.']);
  });

  test('frames that are gone are made up for by the history', async () => {
    const page = await open();
    const question = await ask(page, stage);
    const turn_id = stage.accept(question);
    stage.say({ type: 'delta', turn_id, text: 'Half an ans' });
    await says(page, 'Half an ans');

    stage.refusesSockets = true;
    stage.dropSockets();
    stage.finish(turn_id, 'A whole answer.');
    stage.history = told(turn_id, question.text, 'A whole answer.');
    stage.forgetFrames();
    stage.refusesSockets = false;
    await says(page, 'A whole answer.');

    expect(await shown(page)).toEqual([question.text, 'A whole answer.']);
  });

  test('a socket that only looks open is noticed and replaced', async () => {
    const { page } = await openPage(browser, stage);
    await page.clock.install();
    await openPanel(page);
    await connected();
    await ask(page, stage);
    stage.isMute = true;

    await page.clock.runFor(21_000);
    await until('a ping', () => sent('ping').length > 0);
    await page.clock.runFor(9_000);
    stage.isMute = false;
    await page.clock.runFor(2_000);

    await until('the repetition', () => asked().length === 2);
  });

  test('an idle socket is kept alive by few pings, and given up when nobody looks', async () => {
    const { page } = await openPage(browser, stage);
    let pongs = 0;
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('pong')) pongs += 1;
      });
    });
    await page.clock.install();
    await openPanel(page);
    await connected();

    for (const pings of [1, 2]) {
      await page.clock.runFor(8 * 60_000 + 1_000);
      await until('the answer to a ping', () => pongs === pings && sent('ping').length === pings);
    }
    await page.keyboard.press('Escape');
    await page.clock.runFor(4 * 60_000);
    await until('the end of the socket', () => stage.sockets === 0);
    await page.clock.runFor(60 * 60_000);
    const opened = stage.calls.filter(({ kind }) => kind === 'POST tickets').length;
    await openPanel(page);
    await until('another socket', () => stage.sockets === 1);

    expect(opened).toBe(0);
  });

  test('a socket is replaced by a new one before the gateway ends it after two hours', async () => {
    const { page } = await openPage(browser, stage);
    await page.clock.install();
    await openPanel(page);
    await connected();
    const tickets = () => stage.calls.filter(({ kind }) => kind === 'POST tickets').length;

    let minutes = 0;
    for (let pings = 1; tickets() === 0; pings += 1) {
      await page.clock.runFor(8 * 60_000 + 1_000);
      minutes += 8;
      await until('a ping, or another socket', () => sent('ping').length === pings || tickets() === 1);
      if (minutes > 120) break;
    }
    await until('another socket that goes on', () => sent('resume').length === 2 && stage.sockets === 1);

    expect([minutes >= 105, minutes < 120]).toEqual([true, true]);
  });
});

describe('a session that ends', () => {
  test('an hour-old session is renewed without a word, and the conversation goes on', async () => {
    const page = await open();
    stage.finish(stage.accept(await ask(page, stage, 'One?')), 'First.');
    await says(page, 'First.');
    stage.failures.set('POST tickets', [{ status: 401, code: 'AUTHENTICATION_REQUIRED' }]);

    stage.dropSockets();
    await until('a new session', () => stage.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);
    stage.finish(stage.accept(await ask(page, stage, 'Two?')), 'Second.');
    await says(page, 'Second.');

    expect(stage.calls.findLast(({ kind }) => kind === 'POST sessions')?.body).toHaveProperty('session_token');
    expect(await shown(page)).toEqual(['One?', 'First.', 'Two?', 'Second.']);
  });

  test('a conversation erased elsewhere gives way to a new one', async () => {
    const page = await open();
    stage.finish(stage.accept(await ask(page, stage, 'One?')), 'First.');
    await says(page, 'First.');
    stage.startOver();
    stage.failures.set('POST tickets', [{ status: 404, code: 'NOT_FOUND' }]);

    await until('a new session', () => stage.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);
    stage.finish(stage.accept(await ask(page, stage, 'Anew?')), 'Anew.');
    await says(page, 'Anew.');

    expect(await shown(page)).toEqual(['Anew?', 'Anew.']);
  });

  test('the history of the tab comes back, each answer behind its question, and the running one from its beginning', async () => {
    const page = await open();
    const one = await ask(page, stage, 'One?');
    const first = stage.accept(one);
    const two = await ask(page, stage, 'Two?');
    const second = stage.accept(two);
    stage.finish(first, 'First.');
    stage.say({ type: 'delta', turn_id: second, text: 'The begin' });
    await says(page, 'The begin');
    const [question, answer] = told(first, 'One?', 'First.');
    stage.history = [question, told(second, 'Two?', '')[0], answer];

    await page.reload();
    await openPanel(page);
    await says(page, 'The begin');
    stage.say({ type: 'delta', turn_id: second, text: 'ning and the end.' });
    await says(page, 'The beginning and the end.');

    expect(await shown(page)).toEqual(['One?', 'First.', 'Two?', 'The beginning and the end.']);
  });
});

describe('what goes wrong', () => {
  test('a refused question says why and is sent again under the same id', async () => {
    const page = await open();
    const { client_message_id, text } = await ask(page, stage);
    stage.sayPlain({ type: 'error', error: errorAbout('SPEND_LIMIT_REACHED', client_message_id) });
    await page.getByText('The assistant has answered all it may for today.').last().waitFor();

    await page.getByRole('button', { name: 'Ask again' }).click();
    await until('the question again', () => asked().length === 2);
    stage.finish(stage.accept(asked()[1] ?? expect.fail()), 'Now it does.');
    await says(page, 'Now it does.');

    expect(asked()[1]).toEqual({ action: 'message', client_message_id, text });
    expect(await shown(page)).toEqual([text, 'Now it does.']);
  });

  test('a failed answer is asked for again as a new question', async () => {
    const page = await open();
    const { text } = await ask(page, stage);
    const turn_id = stage.accept(asked()[0] ?? expect.fail());
    stage.say({ type: 'failed', turn_id, error: errorAbout('UPSTREAM_FAILED') });

    await page.getByRole('button', { name: 'Ask again' }).click();
    await until('another question', () => asked().length === 2);

    expect(asked()[1]?.text).toBe(text);
    expect(asked()[1]?.client_message_id).not.toBe(asked()[0]?.client_message_id);
  });

  test('a widget that was switched off says so, and comes back when asked to', async () => {
    stage.failures.set('POST sessions', [{ status: 403, code: 'PERMISSION_DENIED' }]);
    const { page } = await openPage(browser, stage);
    await openPanel(page);
    await page.getByText('The assistant is not available here at the moment.').waitFor();

    await page.getByRole('button', { name: 'Try again' }).click();
    await connected();

    expect(await page.locator('.status').first().textContent()).toBe('');
  });

  test('a limit on sessions is waited for as long as the service asks', async () => {
    stage.failures.set('POST sessions', [{ status: 429, code: 'RATE_LIMITED', retryAfter: 30 }]);
    const { page } = await openPage(browser, stage);
    await page.clock.install();
    await openPanel(page);
    await page.getByText('Too many questions in a short time.').waitFor();

    await page.clock.runFor(29_000);
    const early = stage.calls.filter(({ kind }) => kind === 'POST sessions').length;
    await page.clock.runFor(3_000);
    await connected();

    expect(early).toBe(1);
  });

  test('a page without TLS and with its storage shut still gets its answer', async () => {
    const { page, faults } = await openPage(browser, stage);
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
    await says(page, 'All the same.');

    expect(faults).toEqual([]);
  });
});

describe('what a visitor does', () => {
  test('questions asked while an answer runs wait their turn, and each answer stands behind its own', async () => {
    const page = await open();
    const first = stage.accept(await ask(page, stage, 'One?'));
    const second = stage.accept(await ask(page, stage, 'Two?'));

    stage.finish(first, 'First.');
    stage.finish(second, 'Second.');
    await says(page, 'Second.');

    expect(await shown(page)).toEqual(['One?', 'First.', 'Two?', 'Second.']);
  });

  test('a rating is kept, changed, and taken back when it could not be stored', async () => {
    const page = await open();
    stage.finish(stage.accept(await ask(page, stage)), 'Rate me.');
    const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');

    await page.getByRole('button', { name: 'Helpful', exact: true }).click();
    await page.getByRole('button', { name: 'Not helpful' }).click();
    await until('both ratings', () => stage.calls.filter(({ kind }) => kind === 'PUT feedback').length === 2);
    const changed = [await pressed('Helpful'), await pressed('Not helpful')];
    stage.failures.set('PUT feedback', [{ status: 503, code: 'DEPENDENCY_UNAVAILABLE' }]);
    await page.getByRole('button', { name: 'Helpful', exact: true }).click();
    await until('the way back', async () => (await pressed('Not helpful')) === 'true' && stage.calls.length > 3);

    expect(changed).toEqual(['false', 'true']);
    expect(await pressed('Helpful')).toBe('false');
  });

  test('a copied answer names its sources', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const citations = [citation(1, { title: 'The guide', url: 'https://mara.example/guide' })];
    stage.finish(stage.accept(await ask(page, stage)), 'Daily [1].', { citations });

    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();

    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('Daily [1].\n\n[1] The guide https://mara.example/guide');
  });

  test('an erased conversation is gone here and there, and the next one is another', async () => {
    const page = await open();
    stage.finish(stage.accept(await ask(page, stage)), 'Forget me.');
    await says(page, 'Forget me.');

    await page.getByRole('button', { name: 'Erase and start again' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.locator('.suggestions').waitFor();
    await until('a new session', () => stage.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);

    expect(stage.calls.map(({ kind }) => kind)).toContain('DELETE conversation');
    expect(stage.calls.findLast(({ kind }) => kind === 'POST sessions')?.body).toEqual({});
    expect(await shown(page)).toEqual([]);
  });

  test('a conversation that could not be erased stays, and the visitor is told', async () => {
    const page = await open();
    stage.finish(stage.accept(await ask(page, stage)), 'Still here.');
    await says(page, 'Still here.');
    stage.failures.set('DELETE conversation', [{ status: 503, code: 'DEPENDENCY_UNAVAILABLE' }]);

    await page.getByRole('button', { name: 'Erase and start again' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByText('That did not work.').waitFor();

    expect((await shown(page)).at(-1)).toBe('Still here.');
  });

  test('a long answer is read from its beginning, and whoever scrolls is left in peace', async () => {
    const page = await open();
    const turn_id = stage.accept(await ask(page, stage));
    const top = () => page.locator('.log').evaluate((log) => log.scrollTop);
    for (let line = 0; line < 60; line += 1) stage.say({ type: 'delta', turn_id, text: `Line ${line}.\n\n` });
    await says(page, 'Line 59.');
    const question = await page.locator('[data-question]').isVisible();
    const followed = await top();

    await page.locator('.log').hover();
    await page.mouse.wheel(0, 400);
    await until('the scroll', async () => (await top()) > followed);
    const scrolled = await top();
    stage.say({ type: 'delta', turn_id, text: 'The end.' });
    await says(page, 'The end.');

    expect(question).toBe(true);
    expect(await top()).toBe(scrolled);
  });
});

const told = (turn_id: string, question: string, answer: string) => {
  const shape = { turn_id, refused: false, citations: [], feedback: null, created_at: new Date().toISOString() };
  return [
    { ...shape, id: randomUUID(), role: 'visitor', text: question },
    { ...shape, id: randomUUID(), role: 'assistant', text: answer },
  ];
};

const errorAbout = (code: 'SPEND_LIMIT_REACHED' | 'UPSTREAM_FAILED', client_message_id?: string) => ({
  code,
  message: 'Scripted.',
  details: client_message_id ? { client_message_id } : {},
  timestamp: new Date().toISOString(),
  request_id: 'request-1',
});
