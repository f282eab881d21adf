import type { FauxqsEngine } from './fauxqs-engine.ts';
import { type CreatedObject, objectCreatedEvent } from './object-event.ts';

export type ObjectListener = (event: object) => void | Promise<void>;
export type ReportObject = (object: CreatedObject) => Promise<void>;

/** Tells the listeners about every object that a call through the engine creates, before the call is answered. */
export function reportCreatedObjects(
  engine: FauxqsEngine,
  listeners: ReadonlyMap<string, readonly ObjectListener[]>,
  region: string,
): ReportObject {
  const report: ReportObject = async (object) => {
    const told = listeners.get(object.bucket) ?? [];
    if (told.length === 0) return;
    const event = objectCreatedEvent(object, region);
    for (const listener of told) await listener(event);
  };
  engine.app.addHook('onSend', async (request, reply) => {
    const { bucket, '*': key } = (request.params ?? {}) as { bucket?: string; '*'?: string };
    if (bucket === undefined || !key || reply.statusCode !== 200) return;
    const event = creation(request.method, request.query as Record<string, string>, request.headers);
    if (event === undefined) return;
    const { contentLength, etag } = engine.objects.headObject(bucket, key);
    await report({ bucket, key, sizeBytes: contentLength, etag, event });
  });
  return report;
}

function creation(
  method: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, unknown>>,
): CreatedObject['event'] | undefined {
  if (method === 'PUT' && query.partNumber === undefined && !('renameObject' in query)) {
    return headers['x-amz-copy-source'] === undefined ? 'Put' : 'Copy';
  }
  return method === 'POST' && query.uploadId !== undefined ? 'CompleteMultipartUpload' : undefined;
}
