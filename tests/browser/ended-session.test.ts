import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { storedTurn } from '../support/widget/stored-message.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { seeText, shownOn } from '../support/widget/widget-page.ts';
import { ask, openPanel } from '../support/widget/widget-states.ts';

const { stage, openChat } = useWidget();

describe('a session that ends', () => {
  test('an hour-old session is renewed without a word, and the conversation goes on', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage, 'One?')), 'First.');
    await seeText(page, 'First.');
    stage.rest.failures.set('POST tickets', [{ status: 401, code: 'AUTHENTICATION_REQUIRED' }]);

    stage.dropSockets();
    await until('a new session', () => stage.rest.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);
    stage.finish(stage.accept(await ask(page, stage, 'Two?')), 'Second.');
    await seeText(page, 'Second.');

    expect(stage.rest.calls.findLast(({ kind }) => kind === 'POST sessions')?.body).toHaveProperty('session_token');
    expect(await shownOn(page)).toEqual(['One?', 'First.', 'Two?', 'Second.']);
  });

  test('a conversation erased elsewhere gives way to a new one', async () => {
    const page = await openChat();
    stage.finish(stage.accept(await ask(page, stage, 'One?')), 'First.');
    await seeText(page, 'First.');
    stage.startOver();
    stage.rest.failures.set('POST tickets', [{ status: 404, code: 'NOT_FOUND' }]);

    await until('a new session', () => stage.rest.calls.filter(({ kind }) => kind === 'POST sessions').length === 2);
    stage.finish(stage.accept(await ask(page, stage, 'Anew?')), 'Anew.');
    await seeText(page, 'Anew.');

    expect(await shownOn(page)).toEqual(['Anew?', 'Anew.']);
  });

  test('the history of the tab comes back, each answer behind its question, and the running one from its beginning', async () => {
    const page = await openChat();
    const one = await ask(page, stage, 'One?');
    const first = stage.accept(one);
    const two = await ask(page, stage, 'Two?');
    const second = stage.accept(two);
    stage.finish(first, 'First.');
    stage.say({ type: 'delta', turn_id: second, text: 'The begin' });
    await seeText(page, 'The begin');
    const [question, answer] = storedTurn(first, 'One?', 'First.');
    stage.history = [question, storedTurn(second, 'Two?', '')[0], answer];

    await page.reload();
    await openPanel(page);
    await seeText(page, 'The begin');
    stage.say({ type: 'delta', turn_id: second, text: 'ning and the end.' });
    await seeText(page, 'The beginning and the end.');

    expect(await shownOn(page)).toEqual(['One?', 'First.', 'Two?', 'The beginning and the end.']);
  });
});
