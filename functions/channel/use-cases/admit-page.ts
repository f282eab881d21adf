import type { Executor } from '../../../shared/database/executor.ts';
import { APIError } from '../../../shared/errors/api-error.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { admitOrigin, refuseOrigin } from '../../../shared/lambda/cors.ts';
import type { ClosingReason } from '../../../shared/lifecycles/conversation/page-right.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { WidgetRow } from '../repositories/widgets.ts';

/** Exact scheme, host and port, as browsers write them. No list lets nobody in, and neither does no `Origin`. */
export function isAllowed(widget: Pick<WidgetRow, 'allowed_origins'>, origin: string | undefined): origin is string {
  // `null` is what sandboxed frames and files send: it names nobody, whatever a list says.
  return origin !== undefined && origin !== 'null' && widget.allowed_origins.includes(origin);
}

/** @throws APIError ORIGIN_NOT_ALLOWED */
function requireAllowed(widget: WidgetRow, origin: string | undefined): asserts origin is string {
  if (isAllowed(widget, origin)) return;
  log.security('origin_refused', { widget_id: widget.id });
  refuseOrigin();
  throw originNotAllowed();
}

export function originNotAllowed(): APIError {
  return new APIError('ORIGIN_NOT_ALLOWED', 'This page may not use the widget.');
}

/** @throws APIError PERMISSION_DENIED */
export function requireEnabled(widget: WidgetRow): void {
  if (!widget.enabled) throw new APIError('PERMISSION_DENIED', 'This widget is switched off.');
}

/** Why a page that was let in may not stay; undefined while it may. An absent widget is one that was deleted. */
export function lostRightOf(
  widget: Pick<WidgetRow, 'allowed_origins' | 'enabled'> | undefined,
  origin: string,
): ClosingReason | undefined {
  if (!widget) return 'conversation_gone';
  if (!isAllowed(widget, origin)) return 'origin_not_allowed';
  return widget.enabled ? undefined : 'widget_switched_off';
}

/**
 * The widget, if this page may use it; from then on the page may read the answer.
 *
 * @throws NotFoundError for an unknown widget
 * @throws APIError ORIGIN_NOT_ALLOWED for any other page
 */
export async function findWidgetForPage(
  use: Pick<ChannelUse, 'database' | 'findCreatorOfWidget' | 'readWidget'>,
  widgetId: string,
  page: { readonly origin?: string; readonly sameOrigin?: boolean },
): Promise<{ readonly creatorId: string; readonly widget: WidgetRow }> {
  const creatorId = await use.findCreatorOfWidget(widgetId);
  const widget =
    creatorId && (await use.database.readAsTenant(creatorId, (db) => use.readWidget(db, creatorId, widgetId)));
  if (!widget) {
    refuseOrigin();
    throw new NotFoundError();
  }
  // A page of our own origin sends no `Origin` with a GET; only a browser can say `same-origin`.
  if (page.origin !== undefined || !page.sameOrigin) {
    requireAllowed(widget, page.origin);
    admitOrigin(page.origin);
  }
  return { creatorId, widget };
}

/**
 * Inside a transaction of the visitor's creator: the widget must still exist and still allow the visitor's page. Issue
 * it before the work that it guards; both then travel together, and a refusal rolls the work back.
 *
 * @throws NotFoundError, APIError ORIGIN_NOT_ALLOWED
 */
export async function admitVisitor(
  use: Pick<ChannelUse, 'readWidget'>,
  db: Executor,
  visitor: VisitorCredential,
): Promise<WidgetRow> {
  const widget = await use.readWidget(db, visitor.creatorId, visitor.widgetId);
  if (!widget) throw new NotFoundError();
  requireAllowed(widget, visitor.origin);
  admitOrigin(visitor.origin);
  return widget;
}

/** Runs `admit` and `work` side by side, and lets the refusal speak first. */
export async function guarded<T>(admit: Promise<WidgetRow>, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  await admit;
  return work;
}
