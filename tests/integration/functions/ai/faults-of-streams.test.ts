import { describe, expect, test } from 'vitest';
import { type FaultWorld, IMPATIENT, PATIENT } from '../../../support/fault-world.ts';
import { echoFirstPassage } from '../../../support/scripted-answers.ts';
import { until } from '../../../support/until.ts';
import { ANSWERED, answer, failed, LATER, useFaultWorld } from '../../../support/use-fault-world.ts';

// The table of docs/answers.md, row by row.
let world: FaultWorld;
useFaultWorld((opened) => {
  world = opened;
});

describe('what a visitor sees when the answer of the model', () => {
  test('sends nothing but empty parts: a clean failure after one wait, and the model is let go', async () => {
    const { types, end, chats } = await world.ask(
      { failures: [LATER, { kind: 'empty-parts', afterTokens: 4 }] },
      { timeouts: { ...PATIENT, betweenTokensMs: IMPATIENT.betweenTokensMs } },
    );

    expect([types, chats]).toEqual([['delta', 'failed'], 1]);
    expect(end).toMatchObject(failed('UPSTREAM_TIMEOUT'));
    await until('the model to be let go', () => world.server.running === 0);
  });

  test.each([
    ['answers 200 and then nothing', { kind: 'stall', afterTokens: 0 }],
    ['takes the question and answers nothing, no status either', { kind: 'no-headers' }],
    ['sends headers, slowly, without an end', { kind: 'endless-headers', pauseMs: 20 }],
    ['sends its first line one byte at a time, slowly', { kind: 'byte-drip', afterTokens: 0, pauseMs: 20 }],
  ] as const)('%s: a clean failure after one wait for the first token', async (_, failure) => {
    const { types, end, chats } = await world.ask(
      { failures: [LATER, failure] },
      { timeouts: { ...PATIENT, firstTokenMs: IMPATIENT.firstTokenMs } },
    );

    expect([types, chats]).toEqual([['failed'], 1]);
    expect(end).toMatchObject(failed('UPSTREAM_TIMEOUT'));
    await until('the model to be let go', () => world.server.running === 0);
  });

  test('sends one byte at a time, but soon enough: the answer', async () => {
    const { types, end, chats } = await world.ask({
      failures: [LATER, { kind: 'byte-drip', afterTokens: 0, pauseMs: 0 }],
    });

    expect([types, chats]).toEqual([ANSWERED, 1]);
    expect(end).toMatchObject(answer);
  });

  test('drips a token every now and then, for ever: what was said, then a clean failure when the time for a turn is up', async () => {
    const { types, end, chats } = await world.ask(
      { failures: [LATER, { kind: 'token-drip', afterTokens: 2, pauseMs: 60 }] },
      { withinMs: 12_500 },
    );

    expect([types, chats]).toEqual([['delta', 'failed'], 1]);
    expect(end).toMatchObject(failed('UPSTREAM_TIMEOUT'));
    await until('the model to be let go', () => world.server.running === 0);
  });

  test('sends headers without an end, as fast as they are read: the next try answers', async () => {
    const { types, end, chats } = await world.ask({ failures: [LATER, { kind: 'endless-headers', pauseMs: 0 }] });

    expect([types, chats]).toEqual([ANSWERED, 2]);
    expect(end).toMatchObject(answer);
  });

  test('strews control characters: they are told to nobody and stored nowhere', async () => {
    const { types, frames, end } = await world.ask({
      answer: (chat) => echoFirstPassage(chat).map((part) => `${part}\u0000\u001b\u0085`),
    });

    expect(types).toEqual(ANSWERED);
    expect(end).toMatchObject(answer);
    expect(JSON.stringify(frames)).not.toMatch(/\\u00|\u0085/);
  });

  test('says a whole book in one part: what an answer may hold, told as cut', async () => {
    const { types, frames, end, chats } = await world.ask({
      failures: [LATER, { kind: 'huge-part', afterTokens: 9, characters: 900_000 }],
    });

    expect([types, chats]).toEqual([ANSWERED, 1]);
    expect(end).toMatchObject({ ...answer, finish_reason: 'length' });
    for (const frame of frames) expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThan(32_000);
    await until('the model to be let go', () => world.server.running === 0);
  });

  test('never ends: the answer up to its limit, told as cut', async () => {
    const { end } = await world.ask({
      answer: () => Array.from({ length: 5_000 }, () => 'The pottery studio opens at eleven on Sundays. '),
      tokenMs: 0,
    });

    expect(end).toMatchObject({ ...answer, finish_reason: 'length' });
    await until('the model to be let go', () => world.server.running === 0);
  });
});
