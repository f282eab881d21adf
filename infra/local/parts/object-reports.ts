import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore } from './fauxqs-engine.ts';
import { type CreatedObject, objectCreatedEvent } from './object-event.ts';

export type ObjectListener = (event: object) => void | Promise<void>;
export type ReportObject = (object: CreatedObject) => Promise<void>;

/** Tells the listeners of the object's bucket, one after the other. */
export function reportTo(listeners: ReadonlyMap<string, readonly ObjectListener[]>, region: string): ReportObject {
  return async (object) => {
    const told = listeners.get(object.bucket) ?? [];
    if (told.length === 0) return;
    const event = objectCreatedEvent(object, region);
    for (const listener of told) await listener(event);
  };
}

/**
 * Holds back the answer to a call that creates an object until the listeners are through. (A hook of the engine
 * would not do: its handlers send a second time when the first answer waits.)
 */
export function reportBeforeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  objects: ObjectStore,
  report: ReportObject,
): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const event = creation(request, url.searchParams);
  const [bucket = '', ...path] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = path.join('/');
  if (event === undefined || key === '') return;
  const end = response.end.bind(response) as (...parts: unknown[]) => ServerResponse;
  const endReported = (...parts: unknown[]) => {
    if (response.statusCode !== 200) return end(...parts);
    const { contentLength, etag } = objects.headObject(bucket, key);
    report({ bucket, key, sizeBytes: contentLength, etag, event }).then(
      () => end(...parts),
      () => response.destroy(), // Not acknowledged: the caller tries again.
    );
    return response;
  };
  response.end = endReported as ServerResponse['end'];
}

function creation(request: IncomingMessage, query: URLSearchParams): CreatedObject['event'] | undefined {
  if (request.method === 'PUT' && !query.has('partNumber') && !query.has('renameObject')) {
    return request.headers['x-amz-copy-source'] === undefined ? 'Put' : 'Copy';
  }
  return request.method === 'POST' && query.has('uploadId') ? 'CompleteMultipartUpload' : undefined;
}
