import { describe, expect, test } from 'vitest';
import {
  judgeEvidence,
  MODEL_THRESHOLDS,
  OFFLINE_THRESHOLDS,
} from '../../../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { widenQuery } from '../../../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';

const OPENING = foundPassage({ text: 'The pottery studio opens at eleven on Sundays.' });

function retrieval(similarity: number | undefined, passages = [OPENING], refusalThreshold?: number) {
  return { passages, similarity, complete: true, settings: { refusalThreshold, answersLeft: undefined } };
}

function decide(question: string, found: ReturnType<typeof retrieval>, thresholds = MODEL_THRESHOLDS) {
  return judgeEvidence(question, widenQuery(question, []), found, thresholds).refusal;
}

describe('a question', () => {
  test.each(['Hello!', 'hi there', 'Guten Tag', '¡Hola!', 'How are you?', '???', '👋'])(
    'that only greets is greeted back: %j',
    (question) => {
      expect(decide(question, retrieval(0.9))).toBe('greeting');
    },
  );

  test('that only thanks is thanked back, unless the creator has answered that very message', () => {
    const settled = [{ ...OPENING, title: 'Who are you?', curated: true, settles: true }];

    expect(decide('Merci beaucoup', retrieval(0.9))).toBe('thanks');
    expect(decide('Who are you?', retrieval(0.9))).toBe('about');
    expect(decide('Who are you?', retrieval(0.9, settled))).toBeUndefined();
  });

  test.each(['thanks', 'hello', 'Who are you?'])(
    'before it does not have its curated answer told again: %j',
    (said) => {
      const asked = 'Is there parking near the studio?';
      const settled = [{ ...OPENING, title: asked, curated: true, settles: true }];
      const query = widenQuery(said, [{ role: 'visitor', text: asked }]);

      expect(judgeEvidence(said, query, retrieval(0.9, settled), MODEL_THRESHOLDS).refusal).not.toBeUndefined();
      expect(decide(asked, retrieval(0.9, settled))).toBeUndefined();
    },
  );

  test.each(['Hello, when do you open on Sundays?', 'Thanks. When does the studio open?'])(
    'behind a greeting is a question: %j',
    (question) => {
      expect(decide(question, retrieval(0.7))).toBeUndefined();
    },
  );

  test('without any passage is refused', () => {
    expect(decide('When do you open?', retrieval(undefined, []))).toBe('not_covered');
  });

  test('far from every passage is refused', () => {
    expect(decide('Who painted the Mona Lisa?', retrieval(0.44))).toBe('not_covered');
  });

  test('that says it in other words passes by its vector', () => {
    expect(decide('At what hour may I enter the workshop?', retrieval(0.72))).toBeUndefined();
  });

  test('whose words all stand in one passage passes whatever the vector says', () => {
    expect(decide('When does the pottery studio open on Sundays?', retrieval(0.3))).toBeUndefined();
  });

  test('passes by its words alone while the vectors are away', () => {
    const away = { ...retrieval(undefined), complete: false };

    expect(decide('Does the studio open on Sundays?', away, OFFLINE_THRESHOLDS)).toBeUndefined();
    expect(decide('Who painted the Mona Lisa?', away, OFFLINE_THRESHOLDS)).toBe('not_covered');
  });

  test('is enough for the strictest border only where nothing could be nearer', () => {
    const strictest = (similarity: number) => retrieval(similarity, [OPENING], 1);

    expect(decide('When does the pottery studio open on Sundays?', strictest(0.1), OFFLINE_THRESHOLDS)).toBeUndefined();
    expect(decide('Does the studio open in winter?', strictest(0.4), OFFLINE_THRESHOLDS)).toBe('not_covered');
  });

  test('of which the words tell little is left to the offline model, but not one without any', () => {
    expect(decide('Which studio has the biggest windows?', retrieval(0), OFFLINE_THRESHOLDS)).toBeUndefined();
    expect(decide('Who painted the Mona Lisa?', retrieval(0.01), OFFLINE_THRESHOLDS)).toBe('not_covered');
  });

  test('meets the border that the creator has set', () => {
    const question = 'At what hour may I enter the workshop?';

    expect(decide(question, retrieval(0.72, [OPENING], 0.9))).toBe('not_covered');
    expect(decide(question, retrieval(0.3, [OPENING], 0.1))).toBeUndefined();
  });
});
