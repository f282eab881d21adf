import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** Its conversations stay, without it. @throws NotFoundError */
export async function deleteWidget(
  { inTenant }: Pick<HubUse, 'inTenant'>,
  caller: CreatorCredential,
  id: string,
): Promise<void> {
  await inTenant(caller, async (tables) => {
    if (!(await tables.widgets.remove(id))) throw new NotFoundError();
    tables.audit('widget.deleted', id);
  });
}
