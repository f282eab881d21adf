import type { TenantDatabase, TenantWork } from '../../../shared/database/tenant-database.ts';
import type { Row } from './sql-expression.ts';
import { parseStatement, type Schema, type Statement, type Tables } from './sql-statement.ts';

/** Changes a statement's text before it is read: how a model check is shown to notice a broken step. */
export type Mutation = (sql: string) => string;

const timestamps = (now: Date) => ({ created_at: now, updated_at: now });

/** Defaults and keys as the migrations have them. */
const SCHEMAS: Readonly<Record<string, Schema>> = {
  documents: {
    key: ['creator_id', 'id'],
    defaults: (now) => ({
      ...{ status: 'awaiting_upload', sequencer: null, object_version: null, library_upload_id: null, generation: 0 },
      ...{ live_generation: null, chunk_tokens: 1_000, overlap_tokens: 200, attempt: 0, deaths: 0, lease_owner: null },
      ...{ lease_until: null, queued_at: now, resent: 0, progress_stage: 'upload', progress_done: 0 },
      ...{
        progress_total: 0,
        embedded_chunks: 0,
        embedding_model: null,
        chunk_count: 0,
        words_generation: null,
        unreadable_pages: 0,
        vectors_stale: false,
        recut_wanted: false,
      },
      ...{ error_code: null, error_message: null, deleted_at: null, page_url: null },
      ...{ next_upload_id: null, next_filename: null, next_content_type: null, next_size_bytes: null },
      ...{ next_title: null, next_until: null },
      ...timestamps(now),
    }),
  },
  chunks: { key: ['creator_id', 'id'], defaults: timestamps },
  knowledge: {
    key: ['creator_id'],
    defaults: (now) => ({ collection_id: null, embedding_model: null, version: 0, ...timestamps(now) }),
  },
  vector_sets: {
    key: ['creator_id', 'document_id', 'generation'],
    defaults: (now) => ({ embedding_model: null, ...timestamps(now) }),
  },
  reconciliations: {
    key: ['creator_id'],
    defaults: (now) => ({
      ...{ status: 'waiting', step: 'vectors', position: null, lease_owner: null, lease_until: null },
      ...{ queued_at: now, started_at: null, finished_at: null, counts: {}, lost_originals: [] },
      ...timestamps(now),
    }),
  },
  audit_events: { key: ['id'], defaults: (now) => ({ id: Symbol('event'), ...timestamps(now) }) },
  erasure_receipts: { key: ['creator_id', 'subject_kind', 'subject_id'], defaults: timestamps },
  creators: { key: ['id'], defaults: timestamps },
  creator_settings: { key: ['creator_id'], defaults: timestamps },
};

/** Statements are the same texts again and again, also over many databases. */
const PARSED = new Map<string, Statement>();

function parsed(sql: string): Statement {
  const known = PARSED.get(sql) ?? parseStatement(sql);
  PARSED.set(sql, known);
  return known;
}

/**
 * Postgres in memory, as far as the document's life cycle needs it: it reads the real statements, one transaction after
 * another, and takes everything back when one fails. `now` is the model's own clock.
 */
export function openMemoryDatabase(clock: { now: Date }, mutate: Mutation = (sql) => sql) {
  let tables: Tables = new Map();
  let last: Promise<unknown> = Promise.resolve();

  const transact = async <T>(work: TenantWork<T>): Promise<T> => {
    const before = new Map(tables);
    try {
      return await work({
        query: async (text, values = []) => {
          // One transaction after another: there is nobody to be locked out.
          if (text.startsWith('select pg_advisory_xact_lock(')) return [];
          // Words follow from the chunks, and their key takes them away: chunk-words.test.ts looks at that in Postgres.
          if (/^(?:with found as materialized|delete from chunk_words) /.test(text)) return [];
          const statement = parsed(mutate(text.replace(/\s+/g, ' ').trim()));
          return statement({ tables, schemas: SCHEMAS, values, now: clock.now }).map(asRead);
        },
      });
    } catch (error) {
      tables = before;
      throw error;
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const withTenant = <T>(_creatorId: string, work: TenantWork<T>) => inTurn(() => transact(work));
  const database: TenantDatabase = { withTenant, readAsTenant: withTenant, changeAtOnce: withTenant };
  return {
    database,
    rows: (table: string) => tables.get(table) ?? [],
    set: (table: string, row: Record<string, unknown>) => tables.set(table, [row]),
  };
}

/** Columns of jsonb and arrays come back as what they are, also where a statement wrote them as text. */
function asRead(row: Row): Record<string, unknown> {
  const read = { ...row };
  if (typeof row.counts === 'string') read.counts = JSON.parse(row.counts);
  if (row.lost_originals === '{}') read.lost_originals = [];
  return read;
}
