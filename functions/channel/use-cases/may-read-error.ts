import { Id } from '../../../shared/models/wire.ts';
import type { ChannelUse } from '../channel-use.ts';
import { findWidgetForPage, isAllowed } from './admit-page.ts';
import { bearerToken } from './authenticate-visitor.ts';

const WIDGET_PATH = /^\/v1\/channel\/widgets\/([^/]+)/;

/**
 * Whether a page may read why its request was refused: a page that the widget in the path allows, or the page to which
 * the session token was issued, even if the token has ended since (the page then learns that, and renews it).
 */
export async function mayReadError(
  use: Pick<ChannelUse, 'database' | 'findCreatorOfWidget' | 'readWidget' | 'tokens'>,
  request: { readonly path: string; readonly origin: string; readonly authorization?: string },
): Promise<boolean> {
  const id = Id.safeParse(WIDGET_PATH.exec(request.path)?.[1]);
  if (id.success) {
    await findWidgetForPage(use, id.data, request);
    return true;
  }
  const visitor = await use.tokens.verifyForContinuation(bearerToken(request.authorization));
  if (visitor.origin !== request.origin) return false;
  const widget = await use.database.readAsTenant(visitor.creatorId, (db) =>
    use.readWidget(db, visitor.creatorId, visitor.widgetId),
  );
  return widget !== undefined && isAllowed(widget, request.origin);
}
