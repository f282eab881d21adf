import type pg from 'pg';
import * as z from 'zod';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { ReconciliationCounts } from './reconciliations.ts';

export interface ReconciliationReport {
  readonly creatorId: string;
  readonly counts: ReconciliationCounts;
  readonly lostOriginals: readonly string[];
}

/** For the operator's command: who has knowledge, and what comparisons have found. */
export interface ReconciliationReports {
  /** The server's clock, for `finishedSince`. */
  now(): Promise<Date>;
  creators(perPage: number): Promise<string[]>;
  isCreator(id: string): Promise<boolean>;
  finishedSince(creatorId: string, began: Date): Promise<ReconciliationReport | undefined>;
}

const Row = z.object({ counts: ReconciliationCounts, lost_originals: z.array(z.uuid()) });

export function openReconciliationReports(pool: pg.Pool, database: TenantDatabase): ReconciliationReports {
  return {
    async now() {
      const { rows } = await pool.query('select now() as now');
      return z.date().parse(rows[0]?.now);
    },
    async creators(perPage) {
      const all: string[] = [];
      for (let more = true; more; ) {
        const { rows } = await pool.query('select creator_id from lookup.creators_with_knowledge($1, $2)', [
          all.at(-1) ?? null,
          perPage,
        ]);
        all.push(...rows.map((row) => z.uuid().parse(row.creator_id)));
        more = rows.length === perPage;
      }
      return all;
    },
    async isCreator(id) {
      const rows = await database.readAsTenant(id, (db) =>
        db.query('select id from creators where creator_id = $1 and id = $1', [id]),
      );
      return rows.length > 0;
    },
    async finishedSince(creatorId, began) {
      const [row] = await database.readAsTenant(creatorId, (db) =>
        db.query(
          `select counts, lost_originals from reconciliations
           where creator_id = $1 and status = 'done' and finished_at >= $2`,
          [creatorId, began],
        ),
      );
      if (!row) return undefined;
      const { counts, lost_originals } = Row.parse(row);
      return { creatorId, counts, lostOriginals: lost_originals };
    },
  };
}
