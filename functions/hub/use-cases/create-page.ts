import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import * as z from 'zod';
import { openPage } from '../../../shared/lifecycles/document/open-page.ts';
import { toDocument } from '../../../shared/models/document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import { checkDocumentQuota } from './check-document-quota.ts';

const MAX_URL_CHARACTERS = 2_000;
const MAX_TITLE_CHARACTERS = 300;

/** A web address as it is stored and cited: made plain, without a fragment; one that holds a password is not taken. */
export const PageUrl = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .refine((text) => URL.canParse(text), {
    message: 'Write a whole address, such as https://example.org/page.',
    abort: true,
  })
  .transform((text) => {
    const url = new URL(text);
    url.hash = '';
    return url;
  })
  .refine(({ protocol }) => protocol === 'http:' || protocol === 'https:', 'Only http and https are read.')
  .refine(({ port }) => port === '', 'Only the usual ports of http and https are read.')
  .refine(({ hostname }) => !isMachine(hostname), 'Only sites of the public internet are read, by their name.')
  .refine(({ username, password }) => username === '' && password === '', 'Leave user name and password out.')
  .refine(({ href }) => href.length <= MAX_URL_CHARACTERS, 'This address is too long.');

/** An address in place of a name, or a name that means this very machine; where names lead to is seen when it is fetched. */
function isMachine(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || /(?:^|\.)localhost\.?$/.test(hostname);
}

/** Opens a page that is fetched, looked at and read like a document. */
export async function createPage(
  { inTenant, ingest, quota }: Pick<HubUse, 'inTenant' | 'ingest' | 'quota'>,
  caller: CreatorCredential,
  url: URL,
) {
  const { creatorId } = caller;
  const documentId = randomUUID();
  const title = `${url.host}${url.pathname === '/' ? '' : url.pathname}`.slice(0, MAX_TITLE_CHARACTERS);
  const row = await inTenant(caller, async (tables) => {
    await checkDocumentQuota(tables, quota, { sizeBytes: 0 });
    tables.audit('document.created', documentId, ['title', 'page_url']);
    return openPage(tables.db, { creatorId, documentId, uploadId: randomUUID(), title, url: url.href });
  });
  await ingest.announce({ kind: 'document.process', creator_id: creatorId, document_id: documentId });
  return toDocument(row);
}
