import { parseArgs } from 'node:util';

/**
 * The words typed after a command that has no options but `--help`. `undefined` when there is nothing left to do: the
 * help was asked for and printed, or something else was typed and is refused with exit code 2.
 */
export function readWords(help: string, atMost = 0): readonly string[] | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (positionals.length > atMost) throw new Error(`'${positionals[atMost]}' is one word too many`);
    if (!values.help) return positionals;
    console.log(help);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
  }
  return undefined;
}
