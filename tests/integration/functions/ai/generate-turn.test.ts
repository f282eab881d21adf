import { describe, expect, test, vi } from 'vitest';
import { generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { saidSinceRestart, type TurnWorld, typesOf } from '../../../support/turn-world.ts';
import { useTurnWorld } from '../../../support/use-turn-world.ts';

let world: TurnWorld;
useTurnWorld((opened) => {
  world = opened;
});

describe('a turn', () => {
  test('is streamed, cited, stored and completed, once', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    await Promise.all([
      generateTurn(world.deps, first),
      generateTurn(world.deps, first),
      generateTurn(world.deps, first),
    ]);

    const frames = await world.framesOf(conversationId);
    const completed = frames.at(-1);
    expect(typesOf(frames)).toEqual(['delta', 'citations', 'completed']);
    expect(completed).toMatchObject({ refused: false, finish_reason: 'stop' });
    expect(completed?.text).toContain('opens at eleven on Sundays');
    expect(saidSinceRestart(frames)).toBe(completed?.text);
    expect(frames.find((frame) => frame.type === 'citations')?.citations).toHaveLength(1);
    expect(frames.map((frame) => frame.seq)).toEqual(frames.map((_, place) => place + 1));
    expect(await world.turnRow(first.turn_id)).toMatchObject({ status: 'completed', finish_reason: 'stop' });
  });

  test('that the sources do not answer is refused, with its text as deltas and no citations', async () => {
    const { conversationId, first } = await world.conversationWith('Who painted the Mona Lisa?');

    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ refused: true, finish_reason: 'stop', text: saidSinceRestart(frames) });
    expect(frames.find((frame) => frame.type === 'citations')?.citations).toEqual([]);
  });

  test('begins anew, visibly, when the model breaks off half way', async () => {
    world.server.script.failures = [undefined, { kind: 'cut', afterTokens: 4 }];
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-1)?.text).toBe(saidSinceRestart(frames));
  });

  test('fails with a clean error when the model falls silent', async () => {
    world.server.script.failures = [undefined, { kind: 'stall', afterTokens: 2 }];
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'failed', error: { code: 'UPSTREAM_TIMEOUT', details: {} } });
    expect(await world.turnRow(first.turn_id)).toMatchObject({ status: 'failed', error_code: 'UPSTREAM_TIMEOUT' });
    await vi.waitFor(() => expect(world.server.running).toBe(0));
  });

  test('whose answer rests on nothing is taken back, visibly, and refused', async () => {
    world.server.script.answer = () =>
      'Paris is the capital of France and lies on the river Seine. [1]'.match(/\s*\S+/g) ?? [];
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ refused: true, text: saidSinceRestart(frames) });
    expect(frames.at(-1)?.text).toMatch(/could not find.* what is in “Guide”\.$/);
    expect(frames.at(-2)?.citations).toEqual([]);
  });

  test('ends at its limit though the model never would', async () => {
    world.server.script.tokenMs = 0;
    world.server.script.answer = () => Array.from({ length: 5_000 }, () => 'The pottery studio opens at eleven. ');
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'completed', finish_reason: 'length', refused: false });
    expect(String(frames.at(-1)?.text).length).toBeLessThan(40 * 600);
    await vi.waitFor(() => expect(world.server.running).toBe(0));
  });

  test('that the visitor cancels ends with the text so far, and the model stops', async () => {
    world.server.script.tokenMs = 150;
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');

    const generating = generateTurn(world.deps, first);
    await vi.waitFor(async () => expect((await world.framesOf(conversationId)).length).toBeGreaterThan(0));
    await world.redis.set(creatorKey(world.knowledge.creatorId, 'turn', first.turn_id, 'cancel'), '1', 'EX', 60);
    await generating;

    const frames = await world.framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'completed', finish_reason: 'cancelled', refused: false });
    expect(frames.at(-1)?.text).toBe(saidSinceRestart(frames));
    expect(frames.at(-1)?.text).not.toBe('');
    await vi.waitFor(() => expect(world.server.running).toBe(0));
  });

  test('that waits behind another of its conversation is sent when that one is done', async () => {
    const { messages } = await world.conversationWith(
      'When does the studio open on Sundays?',
      'And when does it close?',
    );
    const [first, second] = messages;
    if (!first || !second) throw new Error('two turns were opened');

    await generateTurn(world.deps, second);
    expect(await world.turnRow(second.turn_id)).toMatchObject({ status: 'open' });
    await generateTurn(world.deps, first);

    expect(world.announced).toEqual([second.turn_id]);
  });
});
