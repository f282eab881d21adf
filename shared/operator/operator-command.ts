import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A fault of the one who called, told in one line: a wrong value, nothing there to work on. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

export type Print = (line: string) => void;

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowNegative: true }>>['values'];

export interface OperatorCommand<O extends Options> {
  /** What `--help` and `-h` print. */
  readonly help: string;
  readonly options: O;
  /** Does the work; returns the exit code. */
  readonly run: (values: Values<O>) => Promise<number>;
}

/**
 * A command that an operator types: reads its words, prints its help, tells errors in one line. Returns the exit code: that of
 * the work, 1 for an OperatorError, 2 for words that the command does not know and for every other failure.
 */
export async function runOperatorCommand<O extends Options>(
  args: readonly string[],
  print: Print,
  { help, options, run }: OperatorCommand<O>,
): Promise<number> {
  try {
    if (args.includes('--help') || args.includes('-h')) {
      print(help);
      return 0;
    }
    return await run(parseArgs({ args: [...args], allowNegative: true, options }).values);
  } catch (error) {
    // A refused connection to several addresses has no message.
    print(error instanceof Error ? error.message || String(error) : String(error));
    return error instanceof OperatorError ? 1 : 2;
  }
}
