import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { openMemoryDatabase } from './memory-database.ts';

/** The real databases, each as its service's own role. */
export interface TwinDatabases {
  readonly hub: TenantDatabase;
  readonly ai: TenantDatabase;
}

export const LEASE_MS = 30_000;
/** What the promises of the model are about; times differ by nature. */
const COMPARED =
  'status, upload_id, next_upload_id, next_size_bytes, next_title, filename, size_bytes, title, library_upload_id, ' +
  'sequencer, generation, live_generation, attempt, deaths, lease_owner, resent, embedded_chunks, embedding_model, chunk_count, unreadable_pages, vectors_stale, error_code';

/** One document in Postgres and in the model's memory; every step is taken in both. */
export function openTwins(real: TwinDatabases, creatorId: string) {
  const clock = { now: new Date() };
  const memory = openMemoryDatabase(clock).database;
  const documentId = randomUUID();
  const both = async (service: 'hub' | 'ai', work: Parameters<TenantDatabase['withTenant']>[1]) => {
    const [stored, modelled] = [
      await real[service].withTenant(creatorId, work),
      await memory.withTenant(creatorId, work),
    ];
    const [truth, guess] = [outcomeOf(stored), outcomeOf(modelled)];
    expect(guess).toEqual(truth);
    return truth;
  };
  const rows = async (database: TenantDatabase) =>
    database.withTenant(creatorId, async (db) => ({
      document: await db.query(`select ${COMPARED} from documents where creator_id = $1 and id = $2`, [
        ...[creatorId, documentId],
      ]),
      sets: await db.query(
        'select generation, reserved from vector_sets where creator_id = $1 and document_id = $2 order by generation',
        [creatorId, documentId],
      ),
      chunks: (
        await db.query('select generation from chunks where creator_id = $1 and document_id = $2', [
          creatorId,
          documentId,
        ])
      ).map(({ generation }) => Number(generation)),
    }));
  return {
    documentId,
    both,
    async compare() {
      const [truth, guess] = await Promise.all([rows(real.ai), rows(memory)]);
      expect(guess).toEqual(truth);
    },
    async leaseRunsOut() {
      clock.now = new Date(clock.now.getTime() + LEASE_MS + 1_000);
      await real.ai.withTenant(creatorId, (db) =>
        db.query(
          `update documents set lease_until = lease_until - interval '31 seconds' where creator_id = $1 and id = $2`,
          [creatorId, documentId],
        ),
      );
    },
  };
}

/** A row only as far as it was returned at all: its columns are compared where they are stored. */
function outcomeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? 'a row' : value;
}
