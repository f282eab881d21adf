import { describe, expect, test } from 'vitest';
import { citationFilter } from '../../../../../../functions/ai/use-cases/guard/citation-filter.ts';
import { emailsIn } from '../../../../../../functions/ai/use-cases/guard/emails.ts';
import { leakFilter } from '../../../../../../functions/ai/use-cases/guard/leak-filter.ts';
import { linkFilter, NO_ADDRESSES, removeLinks } from '../../../../../../functions/ai/use-cases/guard/link-filter.ts';
import { refusalFilter } from '../../../../../../functions/ai/use-cases/guard/refusal-filter.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

const LENGTH = 2_000;
const TIMES = 10;
/** Ten short texts take as long as one of ten times the length; a tenth of it where every character looks at all others. */
const MOST_GROWTH = 4;
const FEWEST_ROUNDS = 3;
const MOST_ROUNDS = 12;
const SECRET = 'Use nothing but the passages, and say so where they are silent; the key word is quetzalcoatl.';

/** What invites a pattern to begin anew at every character. */
const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  'letters without an end': (length) => 'a'.repeat(length),
  'letters, then a mark': (length) => `${'a'.repeat(length)}!`,
  'labels of names': (length) => 'a.'.repeat(length / 2),
  'labels that end nowhere': (length) => `${'evil-'.repeat(length / 5)}.`,
  'closing marks': (length) => `${').,'.repeat(length / 3)}x`,
  'at signs': (length) => '@'.repeat(length),
  'half addresses': (length) => 'a@b.'.repeat(length / 4),
  'beginnings of schemes': (length) => 'data:'.repeat(length / 5),
  'opened brackets': (length) => '[('.repeat(length / 2),
  'half entities': (length) => '&#1'.repeat(length / 3),
  'per cent signs': (length) => '%41'.repeat(length / 3),
  'tags that do not close': (length) => '<!--'.repeat(length / 4),
  underscores: (length) => '._a'.repeat(length / 3),
  base64: (length) => Buffer.from('evil words '.repeat(length / 14)).toString('base64'),
  blanks: (length) => `${' '.repeat(length)}x`,
  markers: (length) => 'glaze and kiln and clay and wheel [1] '.repeat(length / 40),
  'full stops': (length) => '.'.repeat(length),
  'words in Chinese': (length) => '工作。'.repeat(length / 3),
};
const WORKS: Readonly<Record<string, (text: string) => unknown>> = {
  removeLinks: (text) => removeLinks(text, NO_ADDRESSES),
  emailsIn,
  'the link filter': (text) => pushThrough(linkFilter(NO_ADDRESSES), text, 4),
  'the citation filter': (text) => pushThrough(citationFilter([foundPassage({ text: 'The kiln is hot.' })]), text, 4),
  'the leak filter': (text) => pushThrough(leakFilter(SECRET, 'aq3x9kkzs'), text, 4),
  'the refusal filter': (text) => pushThrough(refusalFilter(), text, 4),
};

describe.each(Object.entries(WORKS))('%s', (_, work) => {
  test.each(Object.entries(HOSTILE))('takes time in proportion to: %s', (__, make) => {
    const [short, long] = [make(LENGTH), make(LENGTH * TIMES)];
    work(short);

    expect(
      growthOf(
        () => work(short),
        () => work(long),
      ),
    ).toBeLessThan(MOST_GROWTH);
  });
});

/** How much more the long work takes than so many short ones: by the least of several rounds, which others disturbed least. */
function growthOf(short: () => unknown, long: () => unknown): number {
  const shorts: number[] = [];
  const longs: number[] = [];
  let growth = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= MOST_ROUNDS && (round <= FEWEST_ROUNDS || growth >= MOST_GROWTH); round += 1) {
    shorts.push(
      spent(() => {
        for (let time = 0; time < TIMES; time += 1) short();
      }),
    );
    longs.push(spent(long));
    growth = Math.min(...longs) / Math.max(1_000, Math.min(...shorts));
  }
  return growth;
}

/** Of this thread's processor time, in microseconds: what else the machine does is not in it. */
function spent(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}
