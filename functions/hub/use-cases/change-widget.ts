import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import type { WidgetChange } from '../../../shared/models/widget.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import type { WidgetRow } from '../repositories/widgets.ts';
import { checkAllowedOrigins } from './check-allowed-origins.ts';

/** @throws NotFoundError, or WidgetConfigError for an origin that cannot match */
export async function changeWidget(
  { inTenant, readInTenant }: Pick<HubUse, 'inTenant' | 'readInTenant'>,
  caller: CreatorCredential,
  id: string,
  change: WidgetChange,
): Promise<WidgetRow> {
  const fields = Object.keys(change);
  if (fields.length === 0) return orNotFound(await readInTenant(caller, (tables) => tables.widgets.find(id)));
  const allowed = change.allowed_origins && checkAllowedOrigins(change.allowed_origins);
  return inTenant(caller, async (tables) => {
    const row = orNotFound(await tables.widgets.update(id, { ...change, allowed_origins: allowed }));
    tables.audit('widget.changed', id, fields);
    return row;
  });
}
