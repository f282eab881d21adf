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

/** A look that throws has found that what it looked at is broken; `advice` says what to do about it. */
export async function look(what: string, advice: string, see: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await see();
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    const reason = (cause instanceof Error && cause.message) || message || String(error);
    return fail(what, `${reason.split('\n', 1)[0]}: ${advice}`);
  }
}
