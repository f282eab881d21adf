/** The sizes that a table of buckets may have; the number of a bucket begins at its table's size. */
const TABLES = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096] as const;

/** Words that begin alike are spread over so many buckets by the character behind their beginning. */
const SPREAD = 8;

/** From here on in Unicode are scripts of which two characters tell as much as three of others. */
const DENSE_FROM = 0x0e00;

/** How many characters a beginning needs, so that all words that begin so are found in a few buckets. */
export const shortestBeginning = (word: string) => ((word.codePointAt(0) ?? 0) < DENSE_FROM ? 3 : 2);

/**
 * In which buckets words that begin so may be: for each size of a table one, or all over which they are spread. A
 * beginning that is shorter than the shortest is looked up as a whole word.
 */
export function bucketsOf(beginning: string): number[] {
  const characters = [...beginning].map((character) => character.codePointAt(0) ?? 0);
  const [first = 0, second = 0, third = 0, fourth = 0] = characters;
  const isDense = first >= DENSE_FROM;
  const hash = first * 961 + second * 31 + (isDense ? 0 : third);
  const last = isDense ? third : fourth;
  const isSpread = characters.length === shortestBeginning(beginning);
  return TABLES.flatMap((size) => {
    const start = size + (hash % (size / SPREAD)) * SPREAD;
    return isSpread ? Array.from({ length: SPREAD }, (_, place) => start + place) : [start + (last % SPREAD)];
  });
}

/** SQL: the bucket of the word `f.word` in a table of `s.size`. */
export const BUCKET = `s.size + SPREAD * ((
    ascii(f.word) * 961 + ascii(substr(f.word, 2, 1)) * 31
    + case when ascii(f.word) < DENSE then ascii(substr(f.word, 3, 1)) else 0 end) & (s.size / SPREAD - 1))
  + (ascii(substr(f.word, case when ascii(f.word) < DENSE then 4 else 3 end, 1)) & (SPREAD - 1))`
  .replaceAll('SPREAD', String(SPREAD))
  .replaceAll('DENSE', String(DENSE_FROM));

/** SQL: the size of the table for all words that are found, so that a bucket has about eight. */
export const TABLE_SIZE = `(2 ^ least(12, greatest(4, ceil(ln(count(*)::float8 / 8) / ln(2.0::float8)))))::integer`;
