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

  test('a rating is kept, changed, and taken back when it could not be stored', async () => {
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

    expect(changed).toEqual(['false', 'true']);
    expect(await pressed('Helpful')).toBe('false');
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
