import type { RestService } from '../../../shared/lambda/rest-service.ts';
import { Id } from '../../../shared/models/wire.ts';
import type { ChannelUse } from '../channel-use.ts';
import { isAllowed } from './admit-page.ts';
import { bearerToken } from './authenticate-visitor.ts';

type Use = Pick<ChannelUse, 'database' | 'findCreatorOfWidget' | 'readWidget' | 'tokens'>;
type Request = Parameters<NonNullable<RestService<never>['mayReadError']>>[0];

const WIDGET_PATH = /^\/v1\/channel\/widgets\/([^/]+)/;
/** A flood that is refused costs no look-up each; whoever has just been let in or out is told the reason so much later. */
const CACHE_MS = 10_000;
const CACHED = 1_000;

/**
 * Whether a page may read why its request was refused: a page that the widget in the path allows, or the page to which
 * the session token was issued, even if the token has ended since (the page then learns that, and renews it).
 */
export function mayReadErrors(use: Use, now: () => number = Date.now): (request: Request) => Promise<boolean> {
  const known = new Map<string, { readonly at: number; readonly may: Promise<boolean> }>();
  return async (request) => {
    const asked = await widgetOf(use, request);
    if (!asked) return false;
    const name = JSON.stringify([asked.widgetId, request.origin]);
    const found = known.get(name);
    if (found && now() - found.at < CACHE_MS) return found.may;
    if (known.size >= CACHED) known.clear();
    const may = isAllowedBy(use, asked, request.origin);
    known.set(name, { at: now(), may });
    may.catch(() => known.delete(name));
    return may;
  };
}

interface AskedWidget {
  readonly widgetId: string;
  readonly creatorId?: string;
}

/** @throws AuthenticationError without a token that counts */
async function widgetOf({ tokens }: Use, request: Request): Promise<AskedWidget | undefined> {
  const id = Id.safeParse(WIDGET_PATH.exec(request.path)?.[1]);
  if (id.success) return { widgetId: id.data };
  const visitor = await tokens.verifyForContinuation(bearerToken(request.authorization));
  return visitor.origin === request.origin ? visitor : undefined;
}

async function isAllowedBy(use: Use, asked: AskedWidget, origin: string): Promise<boolean> {
  const creatorId = asked.creatorId ?? (await use.findCreatorOfWidget(asked.widgetId));
  if (creatorId === undefined) return false;
  const widget = await use.database.readAsTenant(creatorId, (db) => use.readWidget(db, creatorId, asked.widgetId));
  return widget !== undefined && isAllowed(widget, origin);
}
