import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What was typed is not what the command takes. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The exit code of a command that was typed wrongly. */
export const MISUSED = 2;

export type Print = (line: string) => void;

export type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; strict: true }>>;

/** What was typed behind each option. */
export type CommandValues<O extends Options> = Parsed<O>['values'];

export interface Command<O extends Options> {
  /** How it is typed, such as `npm run bench`. */
  readonly call: string;
  /** What `--help` and `-h` print. */
  readonly help: string;
  /** Besides `--help`, which every command takes. */
  readonly options: O;
  /** How many words it takes that are no options (none). */
  readonly mostWords?: number;
  /** Does the work; returns the exit code. A wrong value is a UsageError. */
  readonly run: (values: CommandValues<O>, words: readonly string[]) => number | Promise<number>;
}

/**
 * A command of package.json: prints its help whatever else was typed, does its work, or tells in one line what it does
 * not take. Returns the exit code: that of the work, or MISUSED.
 */
export async function runCommand<O extends Options>(
  args: readonly string[],
  print: Print,
  { call, help, options, mostWords, run }: Command<O>,
  complain = print,
): Promise<number> {
  if (asksForHelp(args)) {
    print(help);
    return 0;
  }
  try {
    const { values, positionals } = readCommandLine(args, options, mostWords);
    return await run(values, positionals);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(tellMisuse(error, call));
    return MISUSED;
  }
}

/** The same for a file that is a program itself: with the words it was started with, and this process's exit code. */
export async function runProgram<O extends Options>(command: Command<O>): Promise<void> {
  const print = (line: string) => console.log(line);
  process.exitCode = await runCommand(process.argv.slice(2), print, command, (line) => console.error(line));
}

/** The one line that tells a misuse, with the way to the help of that command. */
export function tellMisuse({ message }: UsageError, call: string): string {
  return `${message} (${call} -- --help tells what it takes)`;
}

/** Whether the help is wanted, whatever else was typed. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** @throws UsageError for an option that is not known, a value that is missing or not wanted, a word too many */
export function readCommandLine<O extends Options>(
  args: readonly string[],
  options: O,
  mostWords = 0,
): { readonly values: CommandValues<O>; readonly positionals: readonly string[] } {
  const { values, positionals } = parse(args, options);
  if (positionals.length > mostWords) throw new UsageError(`'${positionals[mostWords]}' is one word too many`);
  return { values, positionals };
}

function parse<O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true }) as Parsed<O>;
  } catch (error) {
    // Node's message goes on with advice on words that begin with a hyphen, which no command takes.
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split(/\.(?: |\n|$)|\n/, 1);
    throw new UsageError(line);
  }
}
