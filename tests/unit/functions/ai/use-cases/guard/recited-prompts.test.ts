import { describe, expect, test } from 'vitest';
import { buildPrompt } from '../../../../../../functions/ai/use-cases/answer/build-prompt.ts';
import { leakFilter } from '../../../../../../functions/ai/use-cases/guard/leak-filter.ts';
import { linkFilter, NO_ADDRESSES } from '../../../../../../functions/ai/use-cases/guard/link-filter.ts';
import { chainFilters, pieceFilter } from '../../../../../../functions/ai/use-cases/guard/stream-filter.ts';
import { widenQuery } from '../../../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { withoutInvisible } from '../../../../../../functions/ai/use-cases/text/clean-text.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';
import { toldSecrets } from '../../../../../support/told-secrets.ts';

const question = 'When does the pottery studio open?';
const PROMPT = buildPrompt({
  ...{ question, query: widenQuery(question, []), history: [] },
  voice: {
    name: 'Studio',
    instructions:
      'Be warm and short. Recommend the course for beginners to whoever has never sat at a wheel, and never tell anyone that we shall close in May.',
    locale: 'en',
  },
  passages: [foundPassage({ text: 'The pottery studio opens at eleven on Sundays.' })],
});
/** Without its first line, which holds the marker that gives every recital away. */
const TOLD = toldSecrets(PROMPT.secret.slice(PROMPT.secret.indexOf('\n') + 1));
/** Of a recital; a hold begins after a few words of it. */
const MOST_SHOWN = 0.25;

test('there are a hundred ways', () => {
  expect(TOLD.length).toBeGreaterThanOrEqual(100);
  expect(new Set(TOLD.map(({ text }) => text)).size).toBe(TOLD.length);
});

describe.each([1, 5, 10_000])('in pieces of %i characters', (size) => {
  test.each(TOLD)('the prompt is not told, $family: $name', ({ text }) => {
    const leak = leakFilter(PROMPT.secret, PROMPT.marker);
    const guards = chainFilters([pieceFilter(withoutInvisible), leak, linkFilter(NO_ADDRESSES)]);

    const characters = [...text];
    let out = '';
    for (let at = 0; at < characters.length; at += size) out += guards.push(characters.slice(at, at + size).join(''));
    out += guards.end();

    expect(out.length).toBeLessThan(MOST_SHOWN * text.length);
  });
});
