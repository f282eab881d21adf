/** What one look found. `warn` is told and breaks nothing. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** One line; for anything but `ok` it says what to mend. */
  readonly line: string;
}

export const ok = (what: string, line: string): Finding => ({ state: 'ok', what, line });
export const warn = (what: string, line: string): Finding => ({ state: 'warn', what, line });
export const fail = (what: string, line: string): Finding => ({ state: 'fail', what, line });

/** More than any part takes that is well; a part that hangs must not hold the others up. */
const LOOK_MS = 25_000;

/**
 * A look that throws, or comes to no end, has found that what it looked at is broken; `advice` says what to do about it.
 */
export async function look(
  what: string,
  advice: string,
  see: () => Promise<Finding> | Finding,
  withinMs: number = LOOK_MS,
): Promise<Finding> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${withinMs / 1_000} s`)), withinMs);
  try {
    return await Promise.race([see(), late]);
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    const reason = (cause instanceof Error && cause.message) || message || String(error);
    return fail(what, `${reason.split('\n', 1)[0]}: ${advice}`);
  } finally {
    clearTimeout(timer);
  }
}
