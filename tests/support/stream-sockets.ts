import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import type { FramePoster } from '../../shared/channels/channel-adapter.ts';

export interface ReceivedFrame {
  readonly type: string;
  readonly seq?: number;
  readonly text?: string;
  readonly last_seq?: number;
}

/** Sockets that take each post after a while of their own, as API Gateway does. */
export function openSockets(delayMs: () => number = () => 0) {
  const received = new Map<string, ReceivedFrame[]>();
  const gone = new Set<string>();
  const post: FramePoster = async (connectionId, frame) => {
    await pass(delayMs());
    if (gone.has(connectionId)) return 'gone';
    const frames = received.get(connectionId) ?? [];
    frames.push(frame as ReceivedFrame);
    received.set(connectionId, frames);
    return 'sent';
  };
  return { post, gone, of: (connectionId: string) => received.get(connectionId) ?? [] };
}

export const ids = () => ({ creatorId: randomUUID(), conversationId: randomUUID(), turnId: randomUUID() });
export const delta = (turnId: string, text: string) => ({ type: 'delta' as const, turn_id: turnId, text });
export const seqs = (frames: readonly ReceivedFrame[]) => frames.map(({ seq }) => seq);
export const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
