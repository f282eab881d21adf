import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openRedis } from '../../../shared/clients/redis.ts';
import { openConversationStream } from '../../../shared/lifecycles/conversation/conversation-stream.ts';
import type { BenchRow } from '../bench-row.ts';
import { quantile } from '../figure.ts';

const POST_MS = 25;
const TOKEN_MS = 7;
const TOKENS = 700;

/** The product's own stream and writer on the host's Redis; only the post is replaced by one that takes 25 ms. */
export const streamDelay: BenchRow = {
  ids: ['C3'],
  measure: async (bench) => {
    const world = await bench.world();
    const redis = openRedis(world.host.endpoints.redis_url);
    const taken: { text: string; atMs: number }[] = [];
    const stream = openConversationStream({
      redis,
      post: async (_connection, frame) => {
        await pause(POST_MS);
        taken.push({ text: frame.type === 'delta' ? frame.text : '', atMs: performance.now() });
        return 'sent';
      },
      readLastSeq: async () => 0,
    });
    const [creatorId, conversationId, turnId] = [randomUUID(), randomUUID(), randomUUID()];
    await stream.join(creatorId, conversationId, 'bench');
    const writer = stream.deltaWriter(creatorId, conversationId, turnId);
    const writtenAtMs = await writeTokens(writer.write);
    await writer.flush();
    redis.disconnect();

    const arrived = taken.flatMap(({ text, atMs }) =>
      [...text.matchAll(/(\d+);/g)].map(([, n]) => ({ n: Number(n), atMs })),
    );
    const delays = arrived.map(({ n, atMs }) => atMs - (writtenAtMs[n] ?? 0));
    const faults = arrived.filter(({ n }, place) => n !== place).length + Math.abs(TOKENS - arrived.length);
    return [
      {
        id: 'C3',
        name: 'delay of a token, p95, posts of 25 ms',
        reached: quantile(delays, 0.95),
        atMost: 60,
        unit: 'ms',
      },
      { id: 'C3', name: 'posts for each token', reached: taken.length / TOKENS, atMost: 0.3 },
      { id: 'C3', name: 'tokens lost, doubled, out of order', reached: faults, atMost: 0 },
    ];
  },
};

async function writeTokens(write: (text: string) => void): Promise<number[]> {
  const writtenAtMs: number[] = [];
  const startedAtMs = performance.now();
  for (let n = 0; n < TOKENS; n += 1) {
    await pause(Math.max(0, startedAtMs + n * TOKEN_MS - performance.now()));
    writtenAtMs.push(performance.now());
    write(`${n};`);
  }
  return writtenAtMs;
}
