import type pg from 'pg';
import * as z from 'zod';

const DueDocument = z.object({
  creator_id: z.uuid(),
  document_id: z.uuid(),
  task: z.enum(['process', 'collect', 'expire']),
  /** Until a lease that may belong to a dead worker has run out. */
  delay_seconds: z.number().int().nullable(),
});
export type DueDocument = z.infer<typeof DueDocument>;

const DueTurn = z.object({
  creator_id: z.uuid(),
  conversation_id: z.uuid(),
  turn_id: z.uuid(),
  /** As for documents. */
  delay_seconds: z.number().int().nullable(),
});
export type DueTurn = z.infer<typeof DueTurn>;

const DueAnswer = z.object({ creator_id: z.uuid(), answer_id: z.uuid() });
export type DueAnswer = z.infer<typeof DueAnswer>;

export interface DueWork {
  /** Documents that nobody works on though somebody should, oldest first. */
  documents(maxRows: number): Promise<DueDocument[]>;
  /** Curated answers whose index is behind, or that are to be collected. */
  answers(maxRows: number): Promise<DueAnswer[]>;
  /** Creators whose knowledge should be compared: daily, when asked for, and when its model is another. */
  reconciliations(maxRows: number): Promise<string[]>;
  /** Open turns past their deadline that nobody works on. */
  overdueTurns(maxRows: number): Promise<DueTurn[]>;
  /** The first open turn of each conversation that nobody works on. */
  turns(maxRows: number): Promise<DueTurn[]>;
}

/** Looks across tenants, through lookup functions that show ids and nothing else. */
export function openDueWork(pool: pg.Pool, embeddingModel: string): DueWork {
  return {
    async documents(maxRows) {
      const { rows } = await pool.query(
        'select creator_id, document_id, task, delay_seconds from lookup.documents_due($1)',
        [maxRows],
      );
      return rows.map((row) => DueDocument.parse(row));
    },
    async answers(maxRows) {
      const { rows } = await pool.query('select creator_id, answer_id from lookup.answers_due($1)', [maxRows]);
      return rows.map((row) => DueAnswer.parse(row));
    },
    async reconciliations(maxRows) {
      const { rows } = await pool.query('select creator_id from lookup.reconciliations_due($1, $2)', [
        embeddingModel,
        maxRows,
      ]);
      return rows.map((row) => z.uuid().parse(row.creator_id));
    },
    async overdueTurns(maxRows) {
      const { rows } = await pool.query('select creator_id, conversation_id, turn_id from lookup.turns_overdue($1)', [
        maxRows,
      ]);
      return rows.map((row) => DueTurn.parse({ ...row, delay_seconds: 0 }));
    },
    async turns(maxRows) {
      const { rows } = await pool.query(
        'select creator_id, conversation_id, turn_id, delay_seconds from lookup.turns_without_lease($1)',
        [maxRows],
      );
      return rows.map((row) => DueTurn.parse(row));
    },
  };
}
