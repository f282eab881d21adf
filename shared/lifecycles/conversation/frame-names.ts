import type { NumberedFrameBody } from './frames.ts';

/** Names a frame that may exist only once in its conversation; '' for one that may come again. */
export function onceName(frame: NumberedFrameBody): string {
  if (frame.type === 'accepted' || frame.type === 'citations') return `${frame.type}:${frame.turn_id}`;
  if (frame.type === 'queued') return `queued:${frame.turn_id}:${frame.position}`;
  return frame.type === 'completed' || frame.type === 'failed' ? `end:${frame.turn_id}` : '';
}

/** The name that this frame uses up: more is told of the turn than that it waits. '' where it is not. */
export function begunName(frame: NumberedFrameBody): string {
  return frame.type === 'accepted' || frame.type === 'queued' ? '' : `begun:${frame.turn_id}`;
}

/** The name whose use makes this frame void: a place in the queue is of no interest once the turn has begun. */
export function voidedBy(frame: NumberedFrameBody): string {
  return frame.type === 'queued' ? `begun:${frame.turn_id}` : '';
}
