import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Barriers, findBarriers } from '../support/axe.ts';
import { figure, tellFigure } from '../support/safety/figures.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { driveTo, WIDGET_STATES } from '../support/widget/widget-states.ts';

const PICTURES = '.build/screenshots/states';
const ARABIC = {
  name: 'مدرسة الخبز',
  locale: 'ar',
  greeting: 'مرحبًا! ماذا تريد أن تعرف؟',
  suggested_questions: ['كم مرة أطعم الخميرة؟', 'What does the weekend class cost?'],
};
/** Those with the most in them; the rest from right to left in the full figure. */
const RIGHT_TO_LEFT = WIDGET_STATES.filter(({ name }) => ['done', 'question-refused', 'erasing'].includes(name));
const COLOURS = ['#ffe600', '#ffffff', '#000000', '#777777', '#ff0000'];

describe('the widget has no barrier that axe knows', () => {
  const { stage, openPage } = useWidget();
  const totals = { looks: 0, held: 0, violations: 0 };

  beforeAll(async () => {
    await mkdir(PICTURES, { recursive: true });
  });
  afterAll(async () => {
    const { looks, held, violations } = totals;
    tellFigure('axe', `states of the widget, ${looks} looks, ${held} checks held`, '0 violations', String(violations));
  });

  /** Looks, keeps a picture, and tells what axe found. */
  const look = async (page: Page, name: string): Promise<Barriers> => {
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
    const barriers = await findBarriers(page);
    totals.looks += 1;
    totals.held += barriers.held;
    totals.violations += barriers.violations.length;
    return barriers;
  };

  const lookInBothModes = async (page: Page, name: string): Promise<string[]> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      found.push(...(await look(page, `${name}-${colorScheme}`)).violations);
    }
    return found;
  };

  test('and would see one within the shadow root', async () => {
    const { page } = await openPage();
    await page.locator('.launcher').evaluate((launcher) => launcher.removeAttribute('aria-label'));

    const { violations } = await findBarriers(page);

    expect(violations).toEqual([expect.stringMatching(/^button-name: .*launcher/)]);
  });

  test.each(WIDGET_STATES)('$name, light and dark', async ({ name, drive, viewport }) => {
    const { page, foreign, faults } = await openPage(viewport && { viewport });
    await drive(page, stage);

    const found = await lookInBothModes(page, name);

    expect(found).toEqual([]);
    expect([foreign, faults, stage.strays]).toEqual([[], [], []]);
  });

  test.each(figure(RIGHT_TO_LEFT.length, 99) > 9 ? WIDGET_STATES : RIGHT_TO_LEFT)(
    '$name, right to left',
    async ({ name, drive, viewport }) => {
      stage.rest.widget = { ...stage.rest.widget, ...ARABIC };
      const { page } = await openPage({ reducedMotion: 'reduce', ...(viewport && { viewport }) });
      await drive(page, stage);

      const { violations } = await look(page, `${name}-rtl`);

      expect(violations).toEqual([]);
    },
  );

  test.each(COLOURS.slice(0, figure(2, COLOURS.length)))('an answer in the colour %s', async (primary_color) => {
    stage.rest.widget = { ...stage.rest.widget, theme: { primary_color, position: 'left', radius: 4 } };
    const { page } = await openPage();
    await driveTo('rated', page, stage);

    const found = await lookInBothModes(page, `colour-${primary_color.slice(1)}`);

    expect(found).toEqual([]);
  });
});
