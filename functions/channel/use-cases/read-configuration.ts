import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import type { ChannelUse } from '../channel-use.ts';
import { findWidgetForPage, requireEnabled } from './admit-page.ts';

const PER_ADDRESS = { points: 600, perSeconds: 60 };

/**
 * The widget as its page shows it, with the script to load.
 *
 * @throws NotFoundError, APIError RATE_LIMITED, ORIGIN_NOT_ALLOWED, PERMISSION_DENIED (switched off)
 */
export async function readConfiguration(
  use: ChannelUse,
  widgetId: string,
  { sourceIp, ...page }: { readonly origin?: string; readonly sameOrigin: boolean; readonly sourceIp: string },
) {
  tellLimit(await use.limiter.consume('widget-configuration', sourceIp, PER_ADDRESS));
  const [{ widget }, manifest] = await Promise.all([
    findWidgetForPage(use, widgetId, page),
    use.readWebManifest().catch(() => undefined),
  ]);
  requireEnabled(widget);
  const { id, name, greeting, suggested_questions, locale, theme } = widget;
  const app = manifest ? { url: use.publicApiUrl + manifest.app.path, integrity: manifest.app.integrity } : null;
  return { id, name, greeting, suggested_questions, locale, theme, app };
}
