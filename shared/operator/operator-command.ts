import { type Command, type Options, type Print, runCommand } from '../config/command-line.ts';

/** A fault that the one who called can mend, told in one line: nothing runs there, nothing is there to work on. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/**
 * A command that an operator types: tells every failure in one line. Returns the exit code: that of the work, 1 for an
 * OperatorError, 2 for what the command does not take and for every other failure.
 */
export async function runOperatorCommand<O extends Options>(
  args: readonly string[],
  print: Print,
  command: Command<O>,
): Promise<number> {
  try {
    return await runCommand(args, print, command);
  } catch (error) {
    // A refused connection to several addresses has no message.
    print(error instanceof Error ? error.message || String(error) : String(error));
    return error instanceof OperatorError ? 1 : 2;
  }
}
