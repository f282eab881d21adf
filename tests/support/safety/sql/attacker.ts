import pg from 'pg';
import type { Aim, Form, Statement } from './form.ts';

/** Which tenant a statement is sent under: the sender's, none at all, or what an earlier transaction left behind. */
export type Standing = 'as sender' | 'without a tenant' | 'after a tenant';

export interface Outcome {
  readonly code?: string;
  readonly rows: readonly unknown[];
  readonly touched: number;
}

export interface Attacker {
  readonly role: string;
  /** In a transaction that is rolled back. */
  control(aim: Aim, statement: Statement): Promise<Outcome>;
  /** In a transaction that is committed: whatever comes through stays, and shows in the checksums. */
  attempt(aim: Aim, statement: Statement, standing: Standing): Promise<Outcome>;
  close(): Promise<void>;
}

/** A pipelining connection as one role; a whole transaction travels in one round trip. */
export async function openAttacker(connectionString: string): Promise<Attacker> {
  const client = new pg.Client({ connectionString, pipeline: true });
  await client.connect();
  const run = async (enter: readonly string[], statement: Statement, end: 'commit' | 'rollback'): Promise<Outcome> => {
    for (const text of [...enter]) client.query(text).catch(() => {});
    const sent = client.query(statement.text, statement.values as unknown[] | undefined).then(toOutcome, toRefusal);
    const [outcome] = await Promise.all([sent, client.query(end)]);
    return outcome;
  };
  const enter = (id: string) => `select app.enter_tenant('${id}')`;
  return {
    role: decodeURIComponent(new URL(connectionString).username),
    control: ({ target }, statement) => run(['begin', enter(target.id)], statement, 'rollback'),
    attempt: ({ sender }, statement, standing) => {
      const ways = {
        'as sender': ['begin', enter(sender.id)],
        'without a tenant': ['begin'],
        'after a tenant': ['begin', enter(sender.id), 'commit', 'begin'],
      };
      return run(ways[standing], statement, 'commit');
    },
    close: () => client.end(),
  };
}

function toOutcome(result: pg.QueryResult | pg.QueryResult[]): Outcome {
  const all = Array.isArray(result) ? result : [result];
  return {
    rows: all.flatMap((one) => one.rows),
    touched: all.reduce((sum, one) => sum + (one.rowCount ?? 0), 0),
  };
}

function toRefusal(error: { code?: string }): Outcome {
  return { code: error.code ?? 'no code', rows: [], touched: 0 };
}

/** Whether the form does what it is for, on one's own rows. */
export function worked(form: Form, { target }: Aim, outcome: Outcome): boolean {
  if (typeof form.works === 'object') return outcome.code === form.works.error;
  if (outcome.code !== undefined) return false;
  return form.works === 'touches' ? outcome.touched > 0 : JSON.stringify(outcome.rows).includes(target.id);
}

/** What an attempt brought its sender that it should not have; undefined when it came to nothing. */
export function gain(form: Form, { target }: Aim, outcome: Outcome): string | undefined {
  if (outcome.code !== undefined) {
    return form.refusals?.includes(outcome.code) ? undefined : `ended with ${outcome.code}`;
  }
  if (form.works === 'touches' && outcome.touched > 0) return `touched ${outcome.touched} rows`;
  // An `exists` or a parameter that comes back would show the id as well: it must not come back at all.
  return JSON.stringify(outcome.rows).includes(target.id) ? `showed ${JSON.stringify(outcome.rows)}` : undefined;
}
