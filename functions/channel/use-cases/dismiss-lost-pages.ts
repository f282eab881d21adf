import { log } from '../../../shared/observability/logger.ts';
import { timeLeftMs } from '../../../shared/observability/request-scope.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { Connection } from '../gateways/connections.ts';
import { lostRightOf } from './admit-page.ts';
import { closeSocket } from './close-socket.ts';

/** Creators whose widgets are looked at side by side. */
const AT_ONCE = 10;
/** Of the function's time, for ending in good order; what is not looked at by then has its turn in another sweep. */
const CLOSING_MS = 10_000;

export interface DismissalReport {
  readonly dismissed: number;
  /** Creators whose sockets were not looked at; the next sweep does. */
  readonly failed: number;
  /** False when the time was up before every socket was looked at. */
  readonly complete: boolean;
}

type Use = Pick<ChannelUse, 'database' | 'readWidgetRights' | 'connections' | 'outlet' | 'stream'>;

/**
 * Ends, telling why, the sockets of pages that may not use their widget any more. Whoever speaks, resumes or is answered
 * is told at once; this is for those who only listen.
 */
export async function dismissLostPages(use: Use): Promise<DismissalReport> {
  const report = { dismissed: 0, failed: 0, complete: true };
  for await (const connections of use.connections.all()) {
    if (timeLeftMs() < CLOSING_MS) return { ...report, complete: false };
    const waiting = [...Map.groupBy(connections, ({ visitor }) => visitor.creatorId)];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        try {
          report.dismissed += await dismissOf(use, ...next);
        } catch (error) {
          report.failed += 1;
          log.error('sockets of a creator are left to the next sweep', error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return report;
}

async function dismissOf(use: Use, creatorId: string, connections: readonly Connection[]): Promise<number> {
  const ids = [...new Set(connections.map(({ visitor }) => visitor.widgetId))];
  const rights = await use.database.readAsTenant(creatorId, (db) => use.readWidgetRights(db, creatorId, ids));
  const byId = new Map(rights.map((right) => [right.id, right]));
  const lost = connections.flatMap(({ connectionId, visitor }) => {
    const reason = lostRightOf(byId.get(visitor.widgetId), visitor.origin);
    return reason ? [{ connectionId, reason }] : [];
  });
  await Promise.all(lost.map(({ connectionId, reason }) => closeSocket(use, connectionId, reason)));
  return lost.length;
}
