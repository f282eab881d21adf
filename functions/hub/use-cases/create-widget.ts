import { randomUUID } from 'node:crypto';
import { DEFAULT_THEME, type NewWidget } from '../../../shared/models/widget.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import type { WidgetRow } from '../repositories/widgets.ts';
import { checkAllowedOrigins } from './check-allowed-origins.ts';

/** @throws WidgetConfigError for an origin that cannot match */
export async function createWidget(
  { inTenant }: Pick<HubUse, 'inTenant'>,
  caller: CreatorCredential,
  wanted: NewWidget,
): Promise<WidgetRow> {
  const widget = {
    ...wanted,
    id: randomUUID(),
    allowed_origins: checkAllowedOrigins(wanted.allowed_origins),
    theme: { ...DEFAULT_THEME, ...wanted.theme },
  };
  return inTenant(caller, async (tables) => {
    tables.audit('widget.created', widget.id, Object.keys(wanted));
    return tables.widgets.insert(widget);
  });
}
