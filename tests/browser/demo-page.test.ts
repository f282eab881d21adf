import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';

const SCREENSHOTS = '.build/screenshots';

describe('the widget on the demo page', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
    page = await context.newPage();
    requests.length = 0;
    faults.length = 0;
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(inject('endpoints').demo_url, { waitUntil: 'networkidle' });
  });

  afterEach(async () => {
    await page.context().close();
  });

  test('fetches nothing but the loader and stores nothing before it is opened', async () => {
    const scripts = requests.filter((url) => url.includes('/widget/'));
    const stored = await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length);

    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toMatch(/loader-[0-9a-f]+\.js$/);
    expect(requests.filter((url) => url.includes('/v1/channel'))).toEqual([]);
    expect(stored).toBe(0);
  });

  test('answers a question with a source that opens, by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Ask a question' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox').waitFor();

    await page.keyboard.type('How often do I have to feed my starter?');
    await page.keyboard.press('Enter');
    await page.getByText('Sources', { exact: true }).waitFor();

    const answer = await page.getByRole('article', { name: 'Assistant' }).last().innerText();
    expect(answer.length).toBeGreaterThan(40);
    const source = page.locator('.sources details').first();
    await source.locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => source.locator('blockquote').isVisible()).toBe(true);
    await page.screenshot({ path: `${SCREENSHOTS}/answer.png` });
    expect(faults).toEqual([]);
  });

  test('says that it does not know what nobody told it', async () => {
    await page.getByRole('button', { name: 'Ask a question' }).click();

    await page.getByRole('textbox').fill('Who won the football match yesterday?');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Helpful', exact: true }).waitFor();

    expect(await page.locator('.sources').count()).toBe(0);
    await page.screenshot({ path: `${SCREENSHOTS}/refusal.png` });
  });

  test('closes with Escape, gives the focus back, and still has the conversation when opened again', async () => {
    const launcher = page.getByRole('button', { name: 'Ask a question' });
    await launcher.click();
    await page.getByRole('textbox').fill('What does the weekend class cost?');
    await page.keyboard.press('Enter');
    await page.getByText('Sources', { exact: true }).waitFor();

    await page.keyboard.press('Escape');
    const focused = await page.evaluate(
      () => document.querySelector('[data-understudy]')?.shadowRoot?.activeElement?.className,
    );
    await page.reload({ waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Ask a question' }).click();
    await page.getByText('Sources', { exact: true }).waitFor();

    expect(focused).toBe('launcher');
    expect(await page.locator('.message.visitor').innerText()).toContain('weekend class');
  });
});
