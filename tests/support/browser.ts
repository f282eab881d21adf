import { type Browser, type LaunchOptions, chromium as playwright } from 'playwright-core';
import { browserFiles } from './browser-files.ts';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  // Containers often have no room for shared memory at its usual place.
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * A real Chromium with its security switched on: the one at UNDERSTUDY_BROWSER, else on Linux for x64 the one from
 * npm, else the Chrome of the machine.
 * @throws Error with one line that tells what is missing
 */
export async function openBrowser(): Promise<Browser> {
  try {
    return await playwright.launch({ args: SWITCHES, headless: true, ...(await whichBrowser()) });
  } catch (error) {
    const reason =
      error instanceof Error
        ? (/error while loading.*|.*doesn't exist.*/.exec(error.message)?.[0] ?? error.message)
        : '';
    throw new Error(
      `no browser starts here: set UNDERSTUDY_BROWSER to the program of a Chromium or Chrome (${reason})`,
    );
  }
}

async function whichBrowser(): Promise<LaunchOptions> {
  if (process.env.UNDERSTUDY_BROWSER) return { executablePath: process.env.UNDERSTUDY_BROWSER };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const { program, env } = await browserFiles();
  return { executablePath: program, env: { ...process.env, ...env } };
}
