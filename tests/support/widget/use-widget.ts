import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser } from '../browser.ts';
import { until } from '../until.ts';
import { type OpenedPage, openPage, type PageOptions } from './widget-page.ts';
import { WidgetStage } from './widget-stage.ts';
import { ask, openPanel } from './widget-states.ts';

export interface UsedWidget {
  readonly stage: WidgetStage;
  /** A page of the stage; it is closed after its test. */
  readonly openPage: (options?: PageOptions) => Promise<OpenedPage>;
  /** The same with its panel open and its socket live. */
  readonly openChat: (options?: PageOptions) => Promise<Page>;
  readonly connected: () => Promise<unknown>;
  /** Opens the panel of a page, asks, and sees the answer. */
  readonly seeAnswer: (page: Page) => Promise<void>;
}

/** A browser and a stage for the tests of one file; after each of them the stage is as it was in the beginning. */
export function useWidget(): UsedWidget {
  const stage = new WidgetStage();
  let browser: Browser;
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), stage.open()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage.close();
  });
  afterEach(async () => {
    stage.reset();
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  const open = (options?: PageOptions) => openPage(browser, stage, options);
  const connected = () => until('the socket', () => stage.sent('resume').length > 0);
  return {
    stage,
    openPage: open,
    connected,
    openChat: async (options) => {
      const { page } = await open(options);
      await openPanel(page);
      await connected();
      return page;
    },
    seeAnswer: async (page) => {
      await openPanel(page);
      stage.finish(stage.accept(await ask(page, stage)), 'An **answer**.');
      await page.locator('.said', { hasText: 'An answer.' }).waitFor();
    },
  };
}
