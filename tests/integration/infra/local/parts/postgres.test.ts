import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningPart } from '../../../../../infra/local/parts/part.ts';
import { startPostgres } from '../../../../../infra/local/parts/postgres.ts';
import { findPostgresPrograms } from '../../../../../infra/local/parts/postgres-programs.ts';
import { identify, isRunning } from '../../../../../infra/local/parts/process-identity.ts';
import { openPartBench, type PartBench, until } from './part-bench.ts';

const fresh = openPartBench();
let bench: PartBench;
let running: RunningPart | undefined;

beforeAll(async () => {
  bench = fresh;
  await (await start()).stop();
});
afterAll(() => fresh.remove());
beforeEach(() => {
  bench = openPartBench(fresh.dataFolder);
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  bench.remove();
});

async function start(ownUrl?: string): Promise<RunningPart> {
  const context = await bench.context();
  try {
    running = await startPostgres(context, ownUrl);
    return running;
  } finally {
    context.registry.release();
  }
}

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = () =>
  Number(readFileSync(join(bench.dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const answers = (url: string) => until('Postgres answers', () => query(url, 'select 1').catch(() => undefined));

describe('the embedded Postgres', () => {
  it('gives a role that owns its database, may create roles and is no superuser', async () => {
    const { url } = await start();

    const [role] = await query(
      url,
      `select rolsuper, rolbypassrls, rolcreaterole, pg_get_userbyid(datdba) = current_user as owns,
              current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );

    const expected = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: true,
      owns: true,
      fsync: 'on',
      commit: 'on',
    };
    expect(role).toEqual(expected);
  });

  it('keeps data and address over a restart', async () => {
    const { url } = await start();
    await query(url, 'create table kept as select 7 as n');
    await running?.stop();

    expect(await query((await start()).url, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(running?.url).toBe(url);
  });

  it('comes back by itself when it is killed, with everything that was acknowledged', async () => {
    const { url } = await start();
    await query(url, 'create table acknowledged as select 7 as n');

    process.kill(serverPid(), 'SIGKILL');

    await answers(url);
    expect(await query(url, 'select n from acknowledged')).toEqual([{ n: 7 }]);
  });

  it('ends a server that was left on its folder, and only then starts its own', async () => {
    const { url } = await start();
    await query(url, 'create table kept as select 7 as n');
    await running?.stop();
    const folder = join(bench.dataFolder, 'postgres');
    const programs = findPostgresPrograms(folder);
    const port = new URL(url).port;
    const { file, args, options } = programs.launch(programs.postgres, [
      ...['-D', folder, '-c', `port=${port}`, '-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
    ]);
    spawn(file, args, { ...options, stdio: 'ignore' });
    await answers(url);
    const orphan = identify(serverPid());

    const again = await start();

    expect(orphan && isRunning(orphan)).toBe(false);
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('is not stopped by a pid file whose number now belongs to another program', async () => {
    const pidFile = join(bench.dataFolder, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(bench.dataFolder, 'postgres')}\n1\n5432\n\n\n`);

    await answers((await start()).url);
  });

  it('is not stopped by the pid file of a killed server that nobody has collected', async () => {
    // Its parent has become a program that collects nobody by the time the child is let go.
    const parent = spawn('sh', ['-c', 'read line <&3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    const [told] = await once(parent.stdio[1] ?? expect.fail(), 'data');
    const zombie = Number(told);
    await until('the parent to sleep', () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'sleep');
    (parent.stdio[3] as Writable).end('\n');
    await until('the child to end', () => identify(zombie) === undefined);
    expect(() => process.kill(zombie, 0)).not.toThrow();
    const pidFile = join(bench.dataFolder, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${zombie}\n${join(bench.dataFolder, 'postgres')}\n1\n5432\n\n\n`);

    await answers((await start()).url);
    parent.kill('SIGKILL');
  });

  it('takes another port when its own is busy', async () => {
    const { url } = await start();
    await running?.stop();
    const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1');

    const again = await start();

    expect(again.url).not.toBe(url);
    await answers(again.url);
    squatter.close();
  });

  it('begins anew after a first start that was killed half-way', async () => {
    const folder = join(bench.dataFolder, 'postgres');
    renameSync(folder, `${folder}.new`);
    rmSync(join(`${folder}.new`, 'global'), { recursive: true });

    await answers((await start()).url);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'of another version',
      () => writeFileSync(join(bench.dataFolder, 'postgres', 'PG_VERSION'), '12\n'),
      /made by Postgres 12.*--fresh/,
    ],
    ['without a version', () => rmSync(join(bench.dataFolder, 'postgres', 'PG_VERSION')), /is damaged.*--fresh/],
    [
      'that lost its files',
      () => rmSync(join(bench.dataFolder, 'postgres', 'global'), { recursive: true }),
      /did not start: .*global/,
    ],
    [
      'whose secrets were lost',
      () => rmSync(join(bench.dataFolder, 'secrets.json')),
      /refuses the passwords of secrets.json/,
    ],
  ])('explains a folder %s in one line', async (_what, damage, message) => {
    damage();

    const failure = await start().catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'PartFailure', message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toContain('\n');
  });
});

describe("one's own Postgres", () => {
  it('is checked and taken as it is', async () => {
    const { url } = await start();

    const other = openPartBench();
    const own = await startPostgres(await other.context(), url);
    other.remove();

    expect(own).toMatchObject({ url, owned: false });
  });

  it('that does not answer is told in one line', async () => {
    await expect(start('postgres://x:y@127.0.0.1:9/none')).rejects.toThrow(
      /^the database at UNDERSTUDY_DATABASE_URL does not answer: /,
    );
  });
});
