import type { Page } from 'playwright-core';
import { until } from '../until.ts';
import { type Asked, citation } from './scripted-conversation.ts';
import type { WidgetStage } from './widget-stage.ts';

export interface WidgetState {
  readonly name: string;
  /** Brings an opened page into the state and waits until it shows. */
  readonly drive: (page: Page, stage: WidgetStage) => Promise<void>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

const QUESTION = 'How often do I have to feed my starter?';

const ANSWER = `At room temperature, feed it **once a day** [1]. In a kitchen above 26 degrees:

1. feed it twice, morning and evening [1]
2. keep the jar covered, *not* closed

| Where | How often |
| --- | --- |
| Kitchen | daily |
| Refrigerator | weekly [2] |

\`\`\`
50 g starter + 50 g water + 50 g flour, stirred until no dry flour is left
\`\`\`

> A hungry starter smells sour.

More is in [the guide](https://mara.example/guide).`;

const CITATIONS = [
  citation(1),
  citation(2, {
    title: 'Classes and prices',
    page: 3,
    url: 'https://mara.example/classes',
    snippet: 'In the refrigerator, at 4 to 6 degrees, once a week is enough.',
  }),
];

export async function openPanel(page: Page): Promise<void> {
  await page.locator('.launcher').click();
  await page.locator('textarea').waitFor();
}

/** Asks, and gives what the stage was asked. */
export async function ask(page: Page, stage: WidgetStage, text: string = QUESTION): Promise<Asked> {
  const before = stage.asked.length;
  await page.locator('textarea').fill(text);
  await page.locator('textarea').press('Enter');
  return until('the question', () => stage.asked.slice(before).find((question) => question.text === text));
}

/** Everything of the conversation but its end. */
async function begin(page: Page, stage: WidgetStage): Promise<string> {
  await openPanel(page);
  return stage.accept(await ask(page, stage));
}

const shows = (page: Page, selector: string) => page.locator(selector).first().waitFor();

const error = (code: 'RATE_LIMITED' | 'UPSTREAM_FAILED', details = {}) => ({
  code,
  message: 'Scripted.',
  details,
  timestamp: new Date().toISOString(),
  request_id: 'request-1',
});

async function done(page: Page, stage: WidgetStage): Promise<void> {
  stage.finish(await begin(page, stage), ANSWER, { citations: CITATIONS });
  await shows(page, '.sources');
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  await shows(page, 'details[open] blockquote');
}

/** Every state a visitor may see the widget in. */
export const WIDGET_STATES: readonly WidgetState[] = [
  { name: 'closed', drive: (page) => shows(page, '.launcher') },
  {
    name: 'not-loading',
    drive: async (page, stage) => {
      stage.rest.failures.set('GET widgets', [{ status: 503, code: 'DEPENDENCY_UNAVAILABLE' }]);
      await page.locator('.launcher').click();
      await page.locator('.note').filter({ hasText: /./ }).waitFor();
    },
  },
  {
    name: 'empty',
    drive: async (page, stage) => {
      await openPanel(page);
      await until('the socket', () => stage.received.length > 0);
      await shows(page, '.suggestions button');
    },
  },
  {
    name: 'waiting',
    drive: async (page, stage) => {
      await begin(page, stage);
      await shows(page, '.message .waiting');
    },
  },
  {
    name: 'queued',
    drive: async (page, stage) => {
      stage.say({ type: 'queued', turn_id: await begin(page, stage), position: 3 });
      await page.locator('.waiting').filter({ hasText: '3' }).waitFor();
    },
  },
  {
    name: 'streaming',
    drive: async (page, stage) => {
      const turn_id = await begin(page, stage);
      stage.say({ type: 'delta', turn_id, text: ANSWER.slice(0, 130) });
      await shows(page, '.said');
    },
  },
  { name: 'done', drive: done },
  {
    name: 'rated',
    drive: async (page, stage) => {
      await done(page, stage);
      await page.locator('[aria-pressed]').first().click();
      await shows(page, '[aria-pressed=true]');
    },
  },
  {
    name: 'refused',
    drive: async (page, stage) => {
      const turn_id = await begin(page, stage);
      stage.finish(turn_id, 'I could not find anything about that in what Mara has given me.', { refused: true });
      await shows(page, '[aria-pressed]');
    },
  },
  {
    name: 'failed',
    drive: async (page, stage) => {
      stage.say({ type: 'failed', turn_id: await begin(page, stage), error: error('UPSTREAM_FAILED') });
      await shows(page, '.message .trouble');
    },
  },
  {
    name: 'cancelled',
    drive: async (page, stage) => {
      const turn_id = await begin(page, stage);
      const text = ANSWER.slice(0, 60);
      stage.say({ type: 'delta', turn_id, text });
      await page.locator('.round.quiet').click();
      await until('the cancel', () => stage.received.some((frame) => frame.action === 'cancel'));
      const message_id = turn_id;
      stage.say({ type: 'completed', turn_id, message_id, refused: false, finish_reason: 'cancelled', text });
      await page.locator('.round.quiet').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'question-refused',
    drive: async (page, stage) => {
      await openPanel(page);
      const { client_message_id } = await ask(page, stage);
      stage.sayPlain({ type: 'error', error: error('RATE_LIMITED', { client_message_id }) });
      await shows(page, '.outcome .trouble');
    },
  },
  {
    name: 'reconnecting',
    drive: async (page, stage) => {
      await begin(page, stage);
      stage.refusesSockets = true;
      stage.dropSockets();
      await shows(page, '.status.reconnecting');
    },
  },
  {
    name: 'offline',
    drive: async (page, stage) => {
      await openPanel(page);
      await until('the socket', () => stage.received.length > 0);
      await page.context().setOffline(true);
      stage.dropSockets();
      await shows(page, '.status.offline');
    },
  },
  {
    name: 'too-long',
    drive: async (page) => {
      await openPanel(page);
      await page.locator('textarea').fill('🍞 bread '.repeat(580));
      await shows(page, '#excess');
    },
  },
  {
    name: 'erasing',
    drive: async (page, stage) => {
      await done(page, stage);
      await page.locator('header button').first().click();
      await shows(page, '.erase');
    },
  },
  {
    name: 'unavailable',
    drive: async (page, stage) => {
      stage.rest.failures.set('POST sessions', [{ status: 403, code: 'PERMISSION_DENIED' }]);
      await openPanel(page);
      await shows(page, '.status button');
    },
  },
  { name: 'narrow', viewport: { width: 320, height: 640 }, drive: done },
  { name: 'zoomed-400', viewport: { width: 320, height: 256 }, drive: done },
];

/** Brings an opened page into one of the states. */
export async function driveTo(name: string, page: Page, stage: WidgetStage): Promise<void> {
  const state = WIDGET_STATES.find((each) => each.name === name);
  if (!state) throw new Error(`there is no state ${name}`);
  await state.drive(page, stage);
}
