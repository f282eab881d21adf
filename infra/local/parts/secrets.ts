import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PartFailure } from './part-failure.ts';

const key = () => randomBytes(32).toString('base64');
const password = () => randomBytes(24).toString('base64url');

const MAKERS = {
  postgresSuperuserPassword: password,
  migrationPassword: password,
  awsSecretAccessKey: password,
  passwordPepper: key,
  dataEncryptionKey: key,
  visitorTokenSecret: key,
} as const satisfies Record<string, () => string>;

/** Keys are 32 bytes in base64; passwords and tokens are 32 characters that need no escaping in an address. */
export type Secrets = Readonly<Record<keyof typeof MAKERS, string>>;

/**
 * The secrets of one data folder, made at the first call and the same ever after: `secrets.json`, readable by its
 * owner alone. What a later version adds is added to an older file.
 * @throws PartFailure when the file is there but unreadable; it is never overwritten then, as it guards stored data
 */
export function readSecrets(dataFolder: string): Secrets {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, 'secrets.json');
  const known = readKnown(file);
  const missing = (Object.keys(MAKERS) as (keyof Secrets)[]).filter((name) => typeof known[name] !== 'string');
  if (missing.length === 0) return known as Secrets;
  const secrets = { ...known, ...Object.fromEntries(missing.map((name) => [name, MAKERS[name]()])) };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return secrets as Secrets;
}

function readKnown(file: string): Partial<Secrets> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new PartFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text) as Partial<Secrets>;
  } catch {
    throw new PartFailure(`${file} is damaged: restore it, or start with --fresh to begin with empty data`);
  }
}
