import type { Print } from '../../../shared/config/command-line.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { OperatorError, runOperatorCommand } from '../../../shared/operator/operator-command.ts';
import { openColumnCipher } from '../../../shared/security/column-encryption.ts';
import { openSigningKeys, type SigningKeys } from '../repositories/signing-keys.ts';
import { dropKey, rotateKeys } from '../use-cases/key-ring.ts';
import { findKeyRing } from './key-ring-target.ts';

const HELP = `Rotates the keys that sign access tokens, out of turn. The schedule does it every 30 days by itself.

  npm run rotate-keys                   lets the next key sign, as soon as it has been published for ten minutes;
                                        no valid token is refused
  npm run rotate-keys -- --list         the keys and their states
  npm run rotate-keys -- --drop <kid>   the emergency form, for a key that may be known to others: it is refused at once,
                                        with every token under it, and the next key signs; --drop current names the one
                                        that signs now. Sessions live on: clients refresh and get a new token.

Works on the local host that runs on UNDERSTUDY_DATA (.local), or on the database of AUTH_DATABASE_URL with the key of
DATA_ENCRYPTION_KEY. On AWS, where the database is not reachable from outside, invoke the function auth-rotate-keys with
{"rotate": true} or {"drop": "<kid>"} instead. Every instance knows of a change within half a minute.
`;

const OPTIONS = { list: { type: 'boolean' }, drop: { type: 'string' } } as const;

/** What `npm run rotate-keys` does; returns the exit code. */
export function rotateKeysCommand(args: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  return runOperatorCommand(args, print, {
    call: 'npm run rotate-keys',
    help: HELP,
    options: OPTIONS,
    run: async (values) => {
      const target = await findKeyRing(env);
      const pool = openPool(target.databaseUrl, { maxConnections: 1 });
      try {
        const keys = openSigningKeys(pool, openColumnCipher(target.dataEncryptionKey));
        if (values.list) return await list(keys, print);
        return await (values.drop === undefined ? rotate(keys, print) : drop(keys, values.drop, print));
      } finally {
        await pool.end();
      }
    },
  });
}

async function list(keys: SigningKeys, print: Print): Promise<number> {
  for (const { kid, state, state_age_seconds: age } of await keys.locked((ring) => ring.list())) {
    print(`${kid}  ${state}, for ${Math.floor(age / 60)} min`);
  }
  return 0;
}

async function rotate(keys: SigningKeys, print: Print): Promise<number> {
  const { rotated, current, next, retired } = await rotateKeys(keys, { demanded: true });
  for (const kid of retired) print(`retired ${kid}`);
  print(rotated ? `${current} signs now` : `nothing rotated: ${next} has not been published for ten minutes yet`);
  return rotated ? 0 : 3;
}

async function drop(keys: SigningKeys, wanted: string, print: Print): Promise<number> {
  const rows = await keys.locked((ring) => ring.list());
  const kid = wanted === 'current' ? rows.find(({ state }) => state === 'current')?.kid : wanted;
  const { dropped, current } = await dropKey(keys, kid ?? '');
  if (!dropped) throw new OperatorError(`There is no key ${wanted} that is still accepted; --list names them.`);
  print(`dropped ${kid}; ${current} signs now`);
  return 0;
}

if (import.meta.main) {
  process.exitCode = await rotateKeysCommand(process.argv.slice(2), process.env, (line) => console.log(line));
}
