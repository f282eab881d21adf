import { resolve } from 'node:path';
import { type Print, runCommand, UsageError } from '../config/command-line.ts';
import { runMigrations } from './run-migrations.ts';

const HELP = `Brings a database up to date: applies the files of migrations/ that it has not seen.

  npm run migrate -- postgres://role:password@host:5432/database
  npm run migrate              takes the address from UNDERSTUDY_DATABASE_URL

The role needs createrole and must own the database; it should be no superuser. npm start and every deployment do
the same by themselves.
`;

/** What `npm run migrate` does; returns the exit code: 0 done, 1 failed, 2 misused. */
export function migrateCommand(args: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  return runCommand(args, print, {
    call: 'npm run migrate',
    help: HELP,
    options: {},
    mostWords: 1,
    run: (_, [named]) => {
      const address = named ?? env.UNDERSTUDY_DATABASE_URL;
      if (!address) throw new UsageError('Name a database, or set UNDERSTUDY_DATABASE_URL');
      return migrate(address, print);
    },
  });
}

async function migrate(address: string, print: Print): Promise<number> {
  try {
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

if (import.meta.main) {
  process.exitCode = await migrateCommand(process.argv.slice(2), process.env, (line) => console.log(line));
}
