import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type DemoClient, expectStatus } from './demo-client.ts';

const FOLDER = fileURLToPath(new URL('documents', import.meta.url));
const LOOK_EVERY_MS = 100;

const Document = z.object({
  id: z.string(),
  filename: z.string().nullable(),
  status: z.string(),
  error: z.object({ message: z.string() }).nullable().optional(),
});
const DocumentList = z.object({ data: z.array(Document) });
const Created = z.object({
  document: Document,
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
});
type Document = z.infer<typeof Document>;

/** Uploads the sample documents that the demo creator does not have. */
export async function uploadDemoDocuments(client: DemoClient): Promise<void> {
  const present = new Set((await listDocuments(client)).map((document) => document.filename));
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.md')).sort();
  await Promise.all(files.filter((name) => !present.has(name)).map((name) => uploadDocument(client, name)));
}

async function uploadDocument(client: DemoClient, filename: string): Promise<void> {
  const bytes = await readFile(join(FOLDER, filename));
  const title = /^# (.+)$/m.exec(bytes.toString('utf8'))?.[1];
  const declared = { filename, content_type: 'text/markdown', size_bytes: bytes.length, title };
  const answer = await client.call('POST', '/v1/hub/documents', declared);
  const { upload } = Created.parse(expectStatus('creating a document', answer, 201));
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type: 'text/markdown' }), filename);
  const response = await fetch(upload.url, { method: 'POST', body: form, signal: AbortSignal.timeout(30_000) });
  if (response.status !== 204) throw new Error(`uploading ${filename} answered ${response.status}`);
}

/** Waits until every document has come to an end. @returns what is not ready, as one line, or undefined */
export async function demoDocumentsReady(
  client: DemoClient,
  withinMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const until = Date.now() + withinMs;
  for (;;) {
    const documents = await listDocuments(client);
    const open = documents.filter((document) => !['ready', 'failed', 'rejected'].includes(document.status));
    if (open.length === 0 || signal?.aborted || Date.now() > until) return complaintAbout(documents);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function complaintAbout(documents: readonly Document[]): string | undefined {
  const missing = documents.filter((document) => document.status !== 'ready');
  if (missing.length === 0) return undefined;
  return missing
    .map(({ filename, status, error }) => `${filename} is ${status}${error ? ` (${error.message})` : ''}`)
    .join(', ');
}

async function listDocuments(client: DemoClient): Promise<readonly Document[]> {
  const answer = await client.call('GET', '/v1/hub/documents?limit=100');
  return DocumentList.parse(expectStatus('listing the documents', answer, 200)).data;
}
