import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { WidgetStage } from './widget-stage.ts';

export type PageOptions = BrowserContextOptions & { readonly path?: string };

export interface OpenedPage {
  readonly page: Page;
  /** Requests to anywhere but the stage, and errors on the page: there must be none. */
  readonly foreign: string[];
  readonly faults: string[];
}

/** A page of the stage in a browser context of its own. */
export async function openPage(
  browser: Browser,
  stage: WidgetStage,
  { path = '/', ...options }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 }, ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const { host } = new URL(request.url());
    if (host !== `127.0.0.1:${stage.port}` && host !== `localhost:${stage.port}`) foreign.push(request.url());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(stage.pageUrl + path);
  return { page, foreign, faults };
}

/** What has the focus: its label, or its class, or the page's own element. */
export const focusOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const inner = outer?.shadowRoot?.activeElement ?? outer;
    return inner?.getAttribute('aria-label') ?? inner?.className ?? inner?.tagName ?? '';
  });

/** The conversation as it stands on the screen, from top to bottom. */
export const shownOn = (page: Page): Promise<string[]> =>
  page
    .locator('.message:not(:has(.greeting))')
    .evaluateAll((messages) => messages.map((message) => message.querySelector('p, .said')?.textContent ?? ''));

/** Waits until the text stands in the conversation. */
export const seeText = (page: Page, text: string): Promise<void> =>
  page.locator('.log').getByText(text).last().waitFor();

declare global {
  interface Window {
    /** What the loader offers to the page's own scripts. */
    Understudy?: Record<string, { open(): Promise<void>; close(): Promise<void>; ask(text: string): Promise<void> }>;
  }
}
