import type { Executor } from '../../../shared/database/executor.ts';
import { COLUMNS, CURATED, CURATED_COLUMNS, LIVE, type Passage, PassageRow } from './passage.ts';
import { curatedBySaying, type RankedPassage, rankedByWords } from './passages-by-words.ts';
import { readWordPlaces, type WordPlaces } from './word-places.ts';

export interface WordFindings {
  /** Curated answers whose question has the plain words that were said. */
  readonly settled: readonly Passage[];
  /** `limit` curated answers, and `limit` chunks of documents whose words are not looked up by themselves. */
  readonly ranked: readonly RankedPassage[];
  /** All places of each word in the other chunks. */
  readonly places: readonly (readonly WordPlaces[])[];
}

/** A chunk by where it stands. */
export interface ChunkAt {
  readonly documentId: string;
  readonly generation: number;
  readonly index: number;
}

export interface PassagesTable {
  /** What matches any of the prefixes, and what was asked in the plain words `said`. */
  search(prefixes: readonly string[], limit: number, said?: string): Promise<WordFindings>;
  /** Those of the chunks that are live, in the order in which they are given; undefined in place of any other. */
  loadAt(places: readonly ChunkAt[]): Promise<(Passage | undefined)[]>;
  /** Those of the ids that are live, in no order. */
  load(ids: readonly string[]): Promise<Passage[]>;
}

/** A pasted page asks for no more than its first words. */
const MAX_WORDS = 40;

/** As Postgres knows them: in small letters, without what its query language means something by. */
function wordsToLookUp(prefixes: readonly string[]): string[] {
  const words = prefixes.filter((prefix) => /^[\p{L}\p{M}\p{N}]+$/u.test(prefix));
  return [...new Set(words.map((word) => word.toLowerCase()))].slice(0, MAX_WORDS);
}

export function passagesTable(db: Executor, creatorId: string): PassagesTable {
  const parse = (rows: readonly Record<string, unknown>[]) => rows.map((row) => PassageRow.parse(row));
  return {
    async search(prefixes, limit, said) {
      const words = wordsToLookUp(prefixes);
      const [settled, found, places] = await Promise.all([
        said === undefined ? [] : curatedBySaying(db, creatorId, said, limit),
        words.length > 0 ? rankedByWords(db, creatorId, words, limit) : [],
        words.length > 0 ? readWordPlaces(db, creatorId, words) : [],
      ]);
      return { settled, ranked: found, places };
    },
    async loadAt(places) {
      if (places.length === 0) return [];
      const rows = await db.query(
        `select ${COLUMNS}, p.place::integer as place
         from unnest($2::uuid[], $3::integer[], $4::integer[]) with ordinality as p (document_id, generation, index, place)
         join chunks c on c.creator_id = $1 and c.document_id = p.document_id and c.generation = p.generation
           and c.chunk_index = p.index
         join documents d on d.creator_id = c.creator_id and d.id = c.document_id
           and d.live_generation = c.generation and d.deleted_at is null`,
        [creatorId, places.map((at) => at.documentId), places.map((at) => at.generation), places.map((at) => at.index)],
      );
      const byPlace = new Map(rows.map((row) => [Number(row.place) - 1, PassageRow.parse(row)]));
      return places.map((_, place) => byPlace.get(place));
    },
    async load(ids) {
      if (ids.length === 0) return [];
      return parse(
        await db.query(
          `select ${COLUMNS} ${LIVE} and c.id = any($2::uuid[])
           union all
           select ${CURATED_COLUMNS} ${CURATED} and a.chunk_id = any($2::uuid[])`,
          [creatorId, ids],
        ),
      );
    },
  };
}
