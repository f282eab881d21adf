import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMigrations } from './run-migrations.ts';

const HELP = `Brings a database up to date: applies the files of migrations/ that it has not seen.

  npm run migrate -- postgres://role:password@host:5432/database
  npm run migrate              takes the address from UNDERSTUDY_DATABASE_URL

The role needs createrole and must own the database; it should be no superuser. npm start and every deployment do
the same by themselves.
`;

/** What `npm run migrate` does; returns the exit code. */
export async function migrateCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const words = readWords(args);
  if (!words) {
    print(
      `Not an option: ${args.filter((word) => word.startsWith('-')).join(' ')}. npm run migrate -- --help tells more.`,
    );
    return 2;
  }
  try {
    const { values, positionals } = words;
    if (values.help) {
      print(HELP);
      return 0;
    }
    const address = positionals[0] ?? env.UNDERSTUDY_DATABASE_URL;
    if (!address || positionals.length > 1) {
      print('Name one database, or set UNDERSTUDY_DATABASE_URL (npm run migrate -- --help tells more).');
      return 2;
    }
    const { applied, already } = await runMigrations(address, resolve(import.meta.dirname, '../../migrations'));
    for (const name of applied) print(`applied ${name}`);
    print(`${applied.length} applied, ${already} already there`);
    return 0;
  } catch (error) {
    // A refused connection to several addresses has a code and no message.
    const { message, code } = error as NodeJS.ErrnoException;
    print(`The migrations did not run: ${message || code || 'unknown reason'}`);
    return 1;
  }
}

/** Undefined where an option is unknown. */
function readWords(args: readonly string[]) {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  process.exitCode = await migrateCommand(process.argv.slice(2), process.env, (line) => console.log(line));
}
