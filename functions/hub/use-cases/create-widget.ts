import { APIError } from '../../../shared/errors/api-error.ts';
import { DEFAULT_THEME, type NewWidget } from '../../../shared/models/widget.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import type { WidgetRow } from '../repositories/widgets.ts';
import { checkAllowedOrigins } from './check-allowed-origins.ts';

/** @throws WidgetConfigError for an origin that cannot match; APIError QUOTA_EXCEEDED */
export async function createWidget(
  { inTenant, quota }: Pick<HubUse, 'inTenant' | 'quota'>,
  caller: CreatorCredential,
  wanted: NewWidget,
): Promise<WidgetRow> {
  const widget = {
    ...wanted,
    allowed_origins: checkAllowedOrigins(wanted.allowed_origins),
    theme: { ...DEFAULT_THEME, ...wanted.theme },
  };
  return inTenant(caller, async (tables) => {
    if ((await tables.widgets.count()) >= quota.widgets) {
      throw new APIError('QUOTA_EXCEEDED', `No more than ${quota.widgets} widgets are kept. Delete some first.`);
    }
    const row = await tables.widgets.insert(widget);
    tables.audit('widget.created', row.id, Object.keys(wanted));
    return row;
  });
}
