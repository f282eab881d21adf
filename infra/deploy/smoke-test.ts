import { READY_PATHS } from '../ready-paths.ts';

export interface SmokeTest {
  /** Where clients reach the REST API. */
  readonly restUrl: string;
  readonly waitMinutes: number;
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly print: (line: string) => void;
}

const PAUSE_MS = 15_000;

/**
 * Asks what was deployed whether it lives, whether all of its parts are ready, and each service for itself: each has a
 * function, a role and a login of its own. A new model host loads its models for up to 25 minutes, so it asks until then.
 * False when one of them did not come.
 */
export async function smokeTest(test: SmokeTest): Promise<boolean> {
  const deadline = test.now() + test.waitMinutes * 60_000;
  for (const path of ['/health', ...READY_PATHS]) {
    let told = '';
    for (;;) {
      const { isGood, line } = await ask(test, path);
      if (isGood) {
        test.print(`ok    ${path}  ${line}`);
        break;
      }
      if (test.now() >= deadline) {
        test.print(`fail  ${path}  ${line}`);
        return false;
      }
      if (line !== told) test.print(`wait  ${path}  ${line}`);
      told = line;
      await test.wait(PAUSE_MS);
    }
  }
  return true;
}

async function ask({ restUrl, fetch }: SmokeTest, path: string): Promise<{ isGood: boolean; line: string }> {
  try {
    const response = await fetch(`${restUrl}${path}`, { signal: AbortSignal.timeout(20_000) });
    const text = (await response.text()).replaceAll(/\s+/g, ' ').slice(0, 300);
    return { isGood: response.ok, line: `${response.status} ${text}` };
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    const reason = cause instanceof Error ? cause.message : message;
    return { isGood: false, line: `${restUrl} does not answer (${reason})` };
  }
}
