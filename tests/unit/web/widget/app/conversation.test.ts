import { describe, expect, test } from 'vitest';
import * as talk from '../../../../../web/widget/app/conversation.ts';
import { fromHistory } from '../../../../../web/widget/app/history.ts';
import type { NumberedFrame, StoredMessage } from '../../../../../web/widget/app/protocol.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

/** Frames as the service numbers them: one after the other. */
function numbered(...bodies: Omit<NumberedFrame, 'seq'>[]): NumberedFrame[] {
  return bodies.map((body, place) => ({ ...body, seq: place + 1 }) as NumberedFrame);
}
const accepted = (turn_id: string, client_message_id = `client-${turn_id}`) => {
  return { type: 'accepted' as const, client_message_id, message_id: `question-${turn_id}`, turn_id };
};
const delta = (turn_id: string, text: string) => ({ type: 'delta' as const, turn_id, text });
const completed = (turn_id: string, text: string, finish_reason: 'stop' | 'cancelled' = 'stop') => {
  return { type: 'completed' as const, turn_id, message_id: `answer-${turn_id}`, refused: false, finish_reason, text };
};
const asking = (...turns: string[]) =>
  turns.reduce((so, turn) => talk.withQuestion(so, `client-${turn}`, `${turn}?`), talk.EMPTY);
const applied = (start: talk.Conversation, frames: readonly NumberedFrame[]) => frames.reduce(talk.withFrame, start);
/** The conversation in short, from top to bottom. */
const shown = ({ messages }: talk.Conversation) =>
  messages.map(({ role, text, state }) => `${role[0]} ${state} ${text}`);

describe('frames', () => {
  const whole = numbered(accepted('a'), delta('a', 'One '), delta('a', 'two.'), completed('a', 'One two.'));

  test('make an answer grow behind its question', () => {
    expect(shown(applied(asking('a'), whole.slice(0, 3)))).toEqual(['v stored a?', 'a streaming One two.']);
    expect(shown(applied(asking('a'), whole))).toEqual(['v stored a?', 'a done One two.']);
  });

  test('seen again change nothing, in whatever portions they come', () => {
    const once = applied(asking('a'), whole);

    for (let from = 0; from < whole.length; from += 1) expect(applied(once, whole.slice(from))).toEqual(once);
  });

  test('of two turns put each answer behind its own question', () => {
    const frames = numbered(accepted('a'), accepted('b'), delta('a', 'A'), completed('a', 'A'), completed('b', 'B'));

    expect(shown(applied(asking('a', 'b'), frames))).toEqual(['v stored a?', 'a done A', 'v stored b?', 'a done B']);
  });

  test('after a crash begin the answer anew', () => {
    const frames = numbered(
      accepted('a'),
      delta('a', 'Half'),
      { type: 'restarted', turn_id: 'a' } as never,
      delta('a', 'Whole'),
    );

    expect(shown(applied(asking('a'), frames))).toEqual(['v stored a?', 'a streaming Whole']);
  });

  test('from the middle of an answer show nothing until it is whole', () => {
    const middle = applied({ ...asking('a'), lastSeq: 5 }, [{ ...delta('a', 'dle'), seq: 6 }]);
    const end = applied(middle, [{ ...completed('a', 'Middle'), seq: 7 }]);

    expect(shown(middle)).toEqual(['v pending a?', 'a waiting ']);
    expect(shown(end).at(-1)).toBe('a done Middle');
  });

  test('of a later protocol are passed over, and counted', () => {
    const later = applied(asking('a'), [{ type: 'agent_joined', seq: 1 } as never, { ...accepted('a'), seq: 2 }]);

    expect(shown(later)).toEqual(['v stored a?', 'a waiting ']);
    expect(later.lastSeq).toBe(2);
  });

  test('tell the place in the queue, a failure with its code, and a cancelled answer with what there was', () => {
    const start = applied(asking('a'), numbered(accepted('a')));
    const frame = (body: object) =>
      talk.withFrame(start, { ...body, turn_id: 'a', seq: 2 } as NumberedFrame).messages.at(-1);

    expect(frame({ type: 'queued', position: 3 })).toMatchObject({ queuePosition: 3, state: 'waiting' });
    expect(frame({ type: 'failed', error: { code: 'UPSTREAM_TIMEOUT' } })).toMatchObject({
      state: 'failed',
      error: 'UPSTREAM_TIMEOUT',
    });
    expect(frame(completed('a', 'So far', 'cancelled'))).toMatchObject({ state: 'cancelled', text: 'So far' });
  });
});

describe('questions', () => {
  test('are pending until they are accepted, even by a number that was seen before', () => {
    const ahead = { ...asking('a'), lastSeq: 9 };

    expect(shown(talk.withFrame(ahead, { ...accepted('a'), seq: 3 }))).toEqual(['v stored a?']);
  });

  test('that are refused can be sent again in their place; stored ones are never refused any more', () => {
    const refused = talk.withRefusal(asking('a', 'b'), 'client-a', 'RATE_LIMITED');
    const again = talk.withQuestion(refused, 'client-a', 'a?');
    const stored = applied(asking('a'), numbered(accepted('a')));

    expect(shown(refused)).toEqual(['v refused a?', 'v pending b?']);
    expect(shown(again)).toEqual(['v pending a?', 'v pending b?']);
    expect(talk.withRefusal(stored, 'client-a', 'RATE_LIMITED')).toEqual(stored);
  });

  test('of another tab are known to be strangers', () => {
    const frame = { ...accepted('a'), seq: 1 };

    expect(talk.knowsQuestion(asking('a'), frame)).toBe(true);
    expect(talk.knowsQuestion(asking('b'), frame)).toBe(false);
  });
});

describe('the history', () => {
  const told = (turn_id: string, role: StoredMessage['role'], text: string, secondsAgo = 5): StoredMessage => ({
    id: `${role === 'visitor' ? 'question' : 'answer'}-${turn_id}`,
    turn_id,
    role,
    text,
    refused: false,
    citations: [],
    feedback: null,
    created_at: new Date(NOW - secondsAgo * 1_000).toISOString(),
  });
  const read = (stored: StoredMessage[], current = talk.EMPTY, fromStart = true) =>
    fromHistory({ stored, lastSeq: 40 }, current, { fromStart, now: NOW });

  test('puts each answer behind its question, however they were stored', () => {
    const stored = [
      told('a', 'visitor', 'a?'),
      told('b', 'visitor', 'b?'),
      told('a', 'assistant', 'A'),
      told('b', 'assistant', 'B'),
    ];

    expect(shown(read(stored))).toEqual(['v stored a?', 'a done A', 'v stored b?', 'a done B']);
    expect(read(stored).lastSeq).toBe(40);
  });

  test('of a running turn asks for its frames from the beginning, and they make the answer whole', () => {
    const stored = [told('a', 'visitor', 'a?'), told('a', 'assistant', 'A'), told('b', 'visitor', 'b?')];
    const frames = numbered(
      accepted('a'),
      delta('a', 'A'),
      completed('a', 'A'),
      accepted('b'),
      delta('b', 'Beg'),
      delta('b', 'un'),
    );

    const loaded = read(stored);

    expect(loaded.lastSeq).toBe(0);
    expect(shown(applied(loaded, frames))).toEqual(['v stored a?', 'a done A', 'v stored b?', 'a streaming Begun']);
  });

  test('of a running turn whose frames are gone goes on above, and shows the answer when it is whole', () => {
    const loaded = read([told('a', 'visitor', 'a?')], talk.EMPTY, false);
    const middle = talk.withFrame(loaded, { ...delta('a', 'dle'), seq: 41 });

    expect(loaded.lastSeq).toBe(40);
    expect(shown(middle)).toEqual(['v stored a?', 'a waiting ']);
    expect(shown(talk.withFrame(middle, { ...completed('a', 'Middle'), seq: 42 })).at(-1)).toBe('a done Middle');
  });

  test('of a turn that failed long ago, or before a later answer, tells that it failed', () => {
    const stored = [told('a', 'visitor', 'a?'), told('b', 'visitor', 'b?'), told('b', 'assistant', 'B')];

    expect(shown(read(stored))).toEqual(['v stored a?', 'a failed ', 'v stored b?', 'a done B']);
    expect(shown(read([told('a', 'visitor', 'a?', 700)]))).toEqual(['v stored a?', 'a failed ']);
  });

  test('leaves what is still on its way, and drops the copy of what has arrived once it is accepted', () => {
    const loaded = read([told('a', 'visitor', 'a?')], asking('a', 'c'));

    const settled = talk.withFrame(loaded, { ...accepted('a'), seq: 1 });

    expect(shown(loaded)).toEqual(['v stored a?', 'a waiting ', 'v pending a?', 'v pending c?']);
    expect(shown(settled)).toEqual(['v stored a?', 'a waiting ', 'v pending c?']);
  });
});
