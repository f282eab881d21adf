import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import type { Cursor } from '../../../shared/models/listing.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import type { MessageRow } from '../repositories/conversations.ts';

/** What was said in a conversation. Visitors' words are personal: that somebody read them stands in the audit trail. */
export async function readMessages(
  { inTenant }: Pick<HubUse, 'inTenant'>,
  caller: CreatorCredential,
  conversationId: string,
  page: { readonly limit: number; readonly cursor: Cursor | undefined },
): Promise<readonly MessageRow[]> {
  return inTenant(caller, async ({ conversations, audit }) => {
    const [conversation, messages] = await Promise.all([
      conversations.find(conversationId),
      conversations.listMessages(conversationId, page.limit, page.cursor),
    ]);
    orNotFound(conversation);
    audit('conversation.read', conversationId);
    return messages;
  });
}
