import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { storedTurn } from '../support/widget/stored-message.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { seeText, shownOn } from '../support/widget/widget-page.ts';
import { ask, openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage, openChat, connected } = useWidget();

describe('a line that breaks', () => {
  test('loses and doubles nothing of a running answer, however often it breaks', async () => {
    const page = await openChat();
    const turn_id = stage.accept(await ask(page, stage));
    const words = Array.from({ length: 30 }, (_, place) => `word${place} `);

    for (const [place, text] of words.entries()) {
      stage.say({ type: 'delta', turn_id, text });
      if (place % 6 === 3) stage.dropSockets();
    }
    await seeText(page, 'word29');

    expect((await shownOn(page)).at(-1)).toBe(words.join('').trim());
    expect(await page.locator('.status').first().textContent()).toBe('');
  });

  test('a question asked without a network is sent once, when it is back', async () => {
    const page = await openChat();
    await page.context().setOffline(true);
    stage.dropSockets();
    await page.locator('.status.offline').waitFor();

    await page.locator('textarea').fill('Still there?');
    await page.keyboard.press('Enter');
    await page.locator('.outcome.waiting').waitFor();
    await page.context().setOffline(false);
    await until('the question', () => stage.asked.length > 0);
    stage.finish(stage.accept(stage.asked[0] ?? expect.fail()), 'Yes.');
    await seeText(page, 'Yes.');

    expect(stage.asked.map(({ text }) => text)).toEqual(['Still there?']);
    expect(await shownOn(page)).toEqual(['Still there?', 'Yes.']);
  });

  test('a question whose acceptance was lost is asked again under its own id, and shown once', async () => {
    const page = await openChat();
    const first = await ask(page, stage, 'Only once?');
    stage.dropSockets();
    await until('the repetition', () => stage.asked.length === 2);

    stage.finish(stage.accept(stage.asked[1] ?? expect.fail()), 'Once.');
    await seeText(page, 'Once.');

    expect(stage.asked[1]).toEqual(first);
    expect(await shownOn(page)).toEqual(['Only once?', 'Once.']);
  });

  test('frames that are gone are made up for by the history', async () => {
    const page = await openChat();
    const question = await ask(page, stage);
    const turn_id = stage.accept(question);
    stage.say({ type: 'delta', turn_id, text: 'Half an ans' });
    await seeText(page, 'Half an ans');

    stage.refusesSockets = true;
    stage.dropSockets();
    stage.finish(turn_id, 'A whole answer.');
    stage.history = [...storedTurn(turn_id, question.text, 'A whole answer.')];
    stage.forgetFrames();
    stage.refusesSockets = false;
    await seeText(page, 'A whole answer.');

    expect(await shownOn(page)).toEqual([question.text, 'A whole answer.']);
  });

  test('a socket that only looks open is noticed and replaced', async () => {
    const { page } = await openPage();
    await page.clock.install();
    await openPanel(page);
    await connected();
    stage.accept(await ask(page, stage));
    await page.locator('.outcome.waiting').waitFor({ state: 'detached' });
    stage.isMute = true;

    await page.clock.runFor(21_000);
    await until('a ping', () => stage.sent('ping').length > 0);
    await page.clock.runFor(9_000);
    stage.isMute = false;
    await page.clock.runFor(2_000);

    await until('another socket', () => stage.sent('resume').length === 2);
  });

  test('a question that nobody takes on a socket that is well is asked again on another, ever less often', async () => {
    const { page } = await openPage();
    await page.clock.install();
    await openPanel(page);
    await connected();
    const first = await ask(page, stage);
    // In steps, so that pings are answered in between.
    const pass = async (seconds: number) => {
      for (let step = 0; step < seconds; step += 1) await page.clock.runFor(1_000);
    };
    const askedAgain = (times: number) =>
      until(`the question for the ${times}th time`, async () => {
        await page.clock.runFor(100);
        return stage.asked.length === times;
      });

    await pass(14);
    expect(stage.asked).toHaveLength(1);
    await askedAgain(2);
    await pass(28);
    expect(stage.asked).toHaveLength(2);
    await askedAgain(3);
    stage.finish(stage.accept(stage.asked[2] ?? expect.fail()), 'At last.');
    await seeText(page, 'At last.');

    expect(stage.asked).toEqual([first, first, first]);
    expect(await shownOn(page)).toEqual([first.text, 'At last.']);
  });

  test('an idle socket is kept alive by few pings, and given up when nobody looks', async () => {
    const { page } = await openPage();
    const pongs = countPongs(page);
    await page.clock.install();
    await openPanel(page);
    await connected();

    for (const pings of [1, 2]) {
      await page.clock.runFor(8 * 60_000 + 1_000);
      await until('the answer to a ping', () => pongs() === pings && stage.sent('ping').length === pings);
    }
    await page.keyboard.press('Escape');
    await page.clock.runFor(4 * 60_000);
    await until('the end of the socket', () => stage.sockets === 0);
    await page.clock.runFor(60 * 60_000);
    const opened = stage.rest.calls.filter(({ kind }) => kind === 'POST tickets').length;
    await openPanel(page);
    await until('another socket', () => stage.sockets === 1);

    expect(opened).toBe(0);
  });

  test('a socket is replaced by a new one before the gateway ends it after two hours', async () => {
    const { page } = await openPage();
    const pongs = countPongs(page);
    await page.clock.install();
    await openPanel(page);
    await connected();
    const tickets = () => stage.rest.calls.filter(({ kind }) => kind === 'POST tickets').length;

    let minutes = 0;
    for (let pings = 1; tickets() === 0; pings += 1) {
      await page.clock.runFor(8 * 60_000 + 1_000);
      minutes += 8;
      // Its answer too: without it the page gives the socket up in the next minutes of its clock.
      await until('a ping answered, or another socket', () => pongs() === pings || tickets() === 1);
      if (minutes > 120) break;
    }
    await until('another socket that goes on', () => stage.sent('resume').length === 2 && stage.sockets === 1);

    expect([minutes >= 105, minutes < 120]).toEqual([true, true]);
  });
});

/** How many answers to its pings the page was sent. */
function countPongs(page: Page): () => number {
  let pongs = 0;
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('pong')) pongs += 1;
    });
  });
  return () => pongs;
}
