import * as z from 'zod';
import { readFileKey } from '../../../../shared/config/file-keys.ts';
import { AnswerMessage } from '../../../../shared/models/answer-message.ts';
import { DocumentMessage } from '../../../../shared/models/document-message.ts';
import { KnowledgeMessage } from '../../../../shared/models/knowledge-message.ts';
import { type ReadScanResult, readScanResult } from './read-scan-result.ts';

export interface ArrivedFile {
  readonly kind: 'arrived';
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  readonly key: string;
  readonly sequencer: string;
  readonly objectVersion?: string | undefined;
}

/** What the malware scan of the store says of one version of an upload. */
export interface ScannedFile extends Omit<ReadScanResult, 'key'> {
  readonly kind: 'scanned';
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
}

export type IngestTask =
  | ArrivedFile
  | ScannedFile
  | { readonly kind: 'process' | 'collect'; readonly creatorId: string; readonly documentId: string }
  | { readonly kind: 'reconcile'; readonly creatorId: string }
  | { readonly kind: 'answer'; readonly creatorId: string; readonly answerId: string };

/** What a message asks for; without tasks, `ignored` tells why. Never throws: a hostile message must not come back. */
export interface IngestMessage {
  readonly tasks: readonly IngestTask[];
  readonly ignored?: string;
}

const S3Record = z.object({
  eventName: z.string(),
  s3: z.object({
    object: z.object({
      key: z.string().max(1_024),
      sequencer: z.string().regex(/^[0-9A-Fa-f]{1,64}$/),
      versionId: z.string().max(1_024).optional(),
    }),
  }),
});
const S3Event = z.object({ Records: z.array(z.unknown()).max(1_000) });
const S3TestEvent = z.object({ Event: z.literal('s3:TestEvent') });

export function readIngestMessage(body: string): IngestMessage {
  const message = parseJson(body);
  const own = DocumentMessage.safeParse(message);
  if (own.success) {
    const kind = own.data.kind === 'document.collect' ? 'collect' : 'process';
    return { tasks: [{ kind, creatorId: own.data.creator_id, documentId: own.data.document_id }] };
  }
  const answer = AnswerMessage.safeParse(message);
  if (answer.success) {
    return { tasks: [{ kind: 'answer', creatorId: answer.data.creator_id, answerId: answer.data.answer_id }] };
  }
  const knowledge = KnowledgeMessage.safeParse(message);
  if (knowledge.success) return { tasks: [{ kind: 'reconcile', creatorId: knowledge.data.creator_id }] };
  if (S3TestEvent.safeParse(message).success) return { tasks: [], ignored: 's3:TestEvent' };
  const scanned = readScanResult(message);
  if (scanned) return readScanned(scanned);
  const event = S3Event.safeParse(message);
  if (!event.success) return { tasks: [], ignored: 'unknown message' };
  const tasks = event.data.Records.map(readRecord).filter((task) => task !== undefined);
  return tasks.length > 0 ? { tasks } : { tasks, ignored: 'no record of an upload' };
}

function readScanned({ key, ...result }: ReadScanResult): IngestMessage {
  const place = readFileKey(key);
  if (!place) return { tasks: [], ignored: 'a scan of no upload' };
  return { tasks: [{ kind: 'scanned', ...place, ...result }] };
}

function readRecord(value: unknown): ArrivedFile | undefined {
  const record = S3Record.safeParse(value);
  if (!record.success || !record.data.eventName.startsWith('ObjectCreated:')) return undefined;
  const { object } = record.data.s3;
  const key = decodeKey(object.key);
  const place = key === undefined ? undefined : readFileKey(key);
  if (!key || !place) return undefined;
  return { kind: 'arrived', ...place, key, sequencer: object.sequencer, objectVersion: object.versionId };
}

/** S3 writes keys as in a query string: a plus is a space. */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
