import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { APIError } from '../errors/api-error.ts';

const PublishedFile = z.object({
  /** From the root of the API; it names its own content, so it may be cached for ever. */
  path: z.string().regex(/^\/[\w./-]+$/),
  /** For Subresource Integrity. */
  integrity: z.string().regex(/^sha384-[A-Za-z0-9+/]{64}$/),
});

/** Which scripts the web build published last. */
export const WebManifest = z.object({ loader: PublishedFile, app: PublishedFile });
export type WebManifest = z.infer<typeof WebManifest>;

/** @throws APIError DEPENDENCY_UNAVAILABLE when the web files were not built */
export type ReadWebManifest = () => Promise<WebManifest>;

/** Reads the file once; the build lays it beside the code of the functions that name scripts. */
export function webManifestAt(location: URL): ReadWebManifest {
  let read: Promise<WebManifest> | undefined;
  return async () => {
    read ??= readFile(location, 'utf8').then((text) => WebManifest.parse(JSON.parse(text)));
    try {
      return await read;
    } catch (cause) {
      read = undefined;
      throw new APIError('DEPENDENCY_UNAVAILABLE', 'The widget has not been published yet.', { cause });
    }
  };
}
