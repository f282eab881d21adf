import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { citation } from '../support/widget/scripted-conversation.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { ask } from '../support/widget/widget-states.ts';

const { stage, openChat } = useWidget();

const ARABIC_WIDGET = { name: 'مدرسة الخبز', locale: 'ar', greeting: 'مرحبًا! ماذا تريد أن تعرف؟' };
const ARABIC_ANSWER = `- **مرة** كل يوم [1]
- في الثلاجة: مرة في الأسبوع

1. أولًا

> الخميرة الجائعة رائحتها حامضة.

| أين | كم مرة |
| --- | --- |
| المطبخ | يوميًا |

\`\`\`
const x = 1;
\`\`\``;
const ENGLISH_ANSWER = `- **once** a day [1]

1. first

> A hungry starter smells sour.

| Where | How often |
| --- | --- |
| Kitchen | daily |

\`\`\`
const x = 1;
\`\`\``;
/** What has a side of its own: where its marks, its rim or its first column stand. */
const SIDED = ['.said ul', '.said ol', '.said blockquote', '.said .table', '.said table', '.said pre'];

async function answered(page: Page, answer: string): Promise<void> {
  stage.finish(stage.accept(await ask(page, stage)), answer, { citations: [citation(1)] });
  await page.locator('.sources').waitFor();
}

const directionsOf = (page: Page, selectors: readonly string[]) =>
  Promise.all(
    selectors.map((selector) =>
      page
        .locator(selector)
        .first()
        .evaluate((found) => getComputedStyle(found).direction),
    ),
  );

describe('lists, quotations and tables follow their own words, and code runs from left to right', () => {
  test.each([
    ['Arabic on an English widget', {}, ARABIC_ANSWER, 'rtl'],
    ['Arabic on an Arabic widget', ARABIC_WIDGET, ARABIC_ANSWER, 'rtl'],
    ['English on an Arabic widget', ARABIC_WIDGET, ENGLISH_ANSWER, 'ltr'],
  ])('%s', async (_, widget, answer, direction) => {
    stage.rest.widget = { ...stage.rest.widget, ...widget };
    const page = await openChat();

    await answered(page, answer);

    expect(await directionsOf(page, SIDED)).toEqual([...SIDED.slice(0, -1).map(() => direction), 'ltr']);
  });

  test('what has no words follows the widget', async () => {
    stage.rest.widget = { ...stage.rest.widget, ...ARABIC_WIDGET };
    const page = await openChat();

    await answered(page, '- 20 – 24 ° [1]\n\n| 1 | 2 |\n| --- | --- |\n| 3 | 4 |');

    expect(await directionsOf(page, ['.said ul', '.said table'])).toEqual(['rtl', 'rtl']);
  });
});

test('the input begins on the side of the widget, and follows what is typed', async () => {
  stage.rest.widget = { ...stage.rest.widget, ...ARABIC_WIDGET };
  const page = await openChat();

  const empty = await directionsOf(page, ['textarea']);
  await page.locator('textarea').fill('Does it speak English?');
  const filled = await directionsOf(page, ['textarea']);

  expect([empty, filled]).toEqual([['rtl'], ['ltr']]);
});
