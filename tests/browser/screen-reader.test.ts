import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { citation } from '../support/widget/scripted-conversation.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { ask, openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage } = useWidget();

test('a screen reader is told whole sentences, the number of sources, and nothing of what was there before', async () => {
  const { page } = await openPage();
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
