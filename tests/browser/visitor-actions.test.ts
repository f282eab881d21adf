import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { citation } from '../support/widget/scripted-conversation.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { seeText, shownOn } from '../support/widget/widget-page.ts';
import { ask } from '../support/widget/widget-states.ts';

const { stage, openChat } = useWidget();

describe('what a visitor does', () => {
  test('questions asked while an answer runs wait their turn, and each answer stands behind its own', async () => {
    const page = await openChat();
    const first = stage.accept(await ask(page, stage, 'One?'));
    const second = stage.accept(await ask(page, stage, 'Two?'));

    stage.finish(first, 'First.');
    stage.finish(second, 'Second.');
    await seeText(page, 'Second.');

    expect(await shownOn(page)).toEqual(['One?', 'First.', 'Two?', 'Second.']);
  });

  test('a rating is kept, changed, and taken back, saying so, when it could not be stored', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage)), 'Rate me.');
    const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');

    await page.getByRole('button', { name: 'Helpful', exact: true }).click();
    await page.getByRole('button', { name: 'Not helpful' }).click();
    await until('both ratings', () => stage.rest.calls.filter(({ kind }) => kind === 'PUT feedback').length === 2);
    const changed = [await pressed('Helpful'), await pressed('Not helpful')];
    stage.rest.failures.set('PUT feedback', [{ status: 503, code: 'DEPENDENCY_UNAVAILABLE' }]);
    await page.getByRole('button', { name: 'Helpful', exact: true }).click();
    await until('the way back', async () => (await pressed('Not helpful')) === 'true' && stage.rest.calls.length > 3);

    await page.getByText('Your rating could not be saved.').waitFor();
    const takenBack = await pressed('Helpful');
    await page.getByRole('button', { name: 'Helpful', exact: true }).click();
    await page.getByText('Your rating could not be saved.').waitFor({ state: 'detached' });

    expect(changed).toEqual(['false', 'true']);
    expect([takenBack, await pressed('Helpful')]).toEqual(['false', 'true']);
  });

  test('a copied answer names its sources', async () => {
    const page = await openChat({ permissions: ['clipboard-read', 'clipboard-write'] });
    const citations = [citation(1, { title: 'The guide', url: 'https://mara.example/guide' })];
    stage.finish(stage.accept(await ask(page, stage)), 'Daily [1].', { citations });

    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();

    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('Daily [1].\n\n[1] The guide https://mara.example/guide');
  });

  test('an erased conversation is gone here and there, and the next one is another', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage)), 'Forget me.');
    await seeText(page, 'Forget me.');

    await page.getByRole('button', { name: 'Erase and start again' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.locator('.suggestions').waitFor();
    await until('a new session', () => stage.rest.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);

    expect(stage.rest.calls.map(({ kind }) => kind)).toContain('DELETE conversation');
    expect(stage.rest.calls.findLast(({ kind }) => kind === 'POST sessions')?.body).toEqual({});
    expect(await shownOn(page)).toEqual([]);
  });

  test('a conversation that could not be erased stays, and the visitor is told', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage)), 'Still here.');
    await seeText(page, 'Still here.');
    stage.rest.failures.set('DELETE conversation', [{ status: 503, code: 'DEPENDENCY_UNAVAILABLE' }]);

    await page.getByRole('button', { name: 'Erase and start again' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByText('That did not work.').waitFor();

    expect((await shownOn(page)).at(-1)).toBe('Still here.');
  });

  test('a source that is opened by its mark stands in sight with its passage', async () => {
    const page = await openChat({ reducedMotion: 'reduce' });
    const snippet = 'At room temperature, feed the starter once a day. '.repeat(6);
    const text = `${'A line before.\n\n'.repeat(10)}Daily [1].`;
    stage.finish(stage.accept(await ask(page, stage)), text, { citations: [citation(1, { snippet })] });

    await page.locator('.log').evaluate((element) => element.scrollTo(0, element.scrollHeight));

    await page.locator('.mark').click();

    const log = await page.locator('.log').boundingBox();
    const passage = await page.locator('details[open] blockquote').boundingBox();
    const bottom = (box: typeof log) => (box ? box.y + box.height : Number.NaN);
    expect(passage?.y).toBeGreaterThan(log?.y ?? Number.NaN);
    expect(bottom(passage)).toBeLessThanOrEqual(bottom(log));
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  });

  test('the number of a source looks the same while the answer is written as afterwards', async () => {
    const page = await openChat();
    const turn_id = stage.accept(await ask(page, stage));
    stage.say({ type: 'delta', turn_id, text: 'Daily [1], and more often when it is warm' });
    await seeText(page, 'when it is warm');
    const written = [await page.locator('.mark').allTextContents(), await page.locator('button.mark').count()];

    stage.say({ type: 'citations', turn_id, citations: [citation(1)] });
    await page.locator('button.mark').waitFor();

    expect(written).toEqual([['1'], 0]);
    expect(await page.locator('.mark').allTextContents()).toEqual(['1']);
  });

  test('an answer that was stopped may be asked for again', async () => {
    const page = await openChat();
    const turn_id = stage.accept(await ask(page, stage, 'How often?'));
    stage.say({
      type: 'completed',
      turn_id,
      message_id: turn_id,
      refused: false,
      finish_reason: 'cancelled',
      text: '',
    });

    await page.getByRole('button', { name: 'Ask again' }).click();
    const again = await until('the question', () => stage.asked[1]);

    expect(again.text).toBe('How often?');
    expect(again.client_message_id).not.toBe(stage.asked[0]?.client_message_id);
  });

  test('the end of what was said stays in sight when something is told below it', async () => {
    const page = await openChat();
    for (const text of ['One', 'Two', 'Three']) {
      stage.finish(stage.accept(await ask(page, stage, `${text}?`)), `${text}.\n\n${'And so on.\n\n'.repeat(3)}`);
    }
    await seeText(page, 'Three.');
    const gap = () => page.locator('.log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    const before = await gap();

    await page.context().setOffline(true);
    stage.dropSockets();
    await page.locator('.status.offline').waitFor();

    expect(before).toBeLessThan(2);
    await until('the end to be in sight again', async () => (await gap()) < 2);
  });

  test('a long answer is read from its beginning, and whoever scrolls is left in peace', async () => {
    const page = await openChat();
    const turn_id = stage.accept(await ask(page, stage));
    const top = () => page.locator('.log').evaluate((log) => log.scrollTop);
    for (let line = 0; line < 60; line += 1) stage.say({ type: 'delta', turn_id, text: `Line ${line}.\n\n` });
    await seeText(page, 'Line 59.');
    const question = await page.locator('[data-question]').isVisible();
    const followed = await top();

    await page.locator('.log').hover();
    await page.mouse.wheel(0, 400);
    await until('the scroll', async () => (await top()) > followed);
    const scrolled = await top();
    stage.say({ type: 'delta', turn_id, text: 'The end.' });
    await seeText(page, 'The end.');

    expect(question).toBe(true);
    expect(await top()).toBe(scrolled);
  });
});
