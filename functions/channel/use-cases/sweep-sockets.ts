import { log } from '../../../shared/observability/logger.ts';
import type { ChannelUse } from '../channel-use.ts';
import { leaveSocket } from './open-socket.ts';

/** API Gateway ends a socket on which nothing moved for ten minutes. */
const SILENT_FOR_MS = 11 * 60_000;
const BATCH = 200;
const AT_ONCE = 10;

export interface SweepReport {
  readonly checked: number;
  readonly removed: number;
  /** Looked at again when they have been silent for as long once more. */
  readonly failed: number;
}

/**
 * Forgets sockets whose end was never reported. A silent socket is asked for at the gateway first: frames of ours keep
 * one open on which the visitor says nothing.
 */
export async function sweepSockets(use: ChannelUse, now: Date = new Date()): Promise<SweepReport> {
  const silent = await use.connections.silentSince(new Date(now.getTime() - SILENT_FOR_MS), BATCH);
  let [removed, failed] = [0, 0];
  const queue = [...silent];
  const sweep = async () => {
    for (let connectionId = queue.shift(); connectionId !== undefined; connectionId = queue.shift()) {
      try {
        if (await use.outlet.isOpen(connectionId)) await use.connections.noteAlive(connectionId);
        else {
          await leaveSocket(use, connectionId);
          removed += 1;
        }
      } catch (error) {
        failed += 1;
        log.error('a silent socket could not be forgotten', error);
        // To the end of the line: those that fail each time must not be all that is ever looked at.
        await use.connections.noteAlive(connectionId);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sweep));
  return { checked: silent.length, removed, failed };
}
