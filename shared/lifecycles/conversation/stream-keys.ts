import { creatorKey } from '../../config/redis-keys.ts';

/** The keys of one conversation, all of one slot. What each holds is told in `stream-scripts.ts`. */
export type StreamKeys = readonly [
  frames: string,
  seq: string,
  cursors: string,
  pumps: string,
  once: string,
  erased: string,
];

/** @throws TypeError when `creatorId` is no lower-case UUID */
export function streamKeys(creatorId: string, conversationId: string): StreamKeys {
  const key = (name: string) => creatorKey(creatorId, 'conversation', conversationId, name);
  return [key('frames'), key('seq'), key('cursors'), key('pumps'), key('once'), key('erased')];
}
