import { expect } from 'vitest';
import type { HubCreator, HubService } from './hub-service.ts';

/** A file that may be announced. */
export const FILE = { filename: 'Terms of use.pdf', content_type: 'application/pdf', size_bytes: 11 };

export interface OpenedDocument {
  readonly document: {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly filename: string;
  };
  readonly upload: { readonly url: string; readonly fields: Record<string, string>; readonly expires_at: string };
}

export async function openDocument(hub: HubService, creator: HubCreator, file: object = FILE): Promise<OpenedDocument> {
  const { status, body } = await hub.call('POST', '/v1/hub/documents', { token: creator.key, body: file });
  expect(status).toBe(201);
  return body;
}

/** Posts the form with that content, and fields of one's own. @returns the status */
export async function sendFile(
  { upload }: OpenedDocument,
  content: string,
  fields: Record<string, string> = {},
): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...upload.fields, ...fields })) form.append(name, value);
  form.append('file', new Blob([content]));
  return (await fetch(upload.url, { method: 'POST', body: form })).status;
}

/** As the ingest does when it is through. */
export async function settleDocument(hub: HubService, creator: HubCreator, id: string): Promise<void> {
  await hub.asAi.withTenant(creator.id, (db) =>
    db.query(
      `update documents set status = 'ready', sequencer = '1', library_upload_id = upload_id
       where creator_id = $1 and id = $2`,
      [creator.id, id],
    ),
  );
}
