import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore } from './fauxqs-engine.ts';

export type StoredObject = ReturnType<ObjectStore['headObject']>;

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly md5: string;
}

/**
 * The engine's objects, where they lie on disk. It reads and writes whole objects in one go, during which nothing
 * else moves in this process; what may be large goes through here instead, bit by bit.
 */
export interface ObjectFiles {
  /** A path for bytes that are still coming in; whatever a killed run left there is gone. */
  incoming(): string;
  /** Makes the finished file the object. */
  adopt(file: string, object: NewObject): Promise<StoredObject>;
  copy(source: StoredObject & { readonly bucket: string }, bucket: string, key: string): Promise<StoredObject>;
}

export function openObjectFiles(objects: ObjectStore, folder: string): ObjectFiles {
  const inbox = join(folder, 'incoming');
  rmSync(inbox, { recursive: true, force: true });
  mkdirSync(inbox, { recursive: true });
  const incoming = () => join(inbox, randomUUID());
  const pathOf = (bucket: string, key: string) => join(folder, 'buckets', bucket, 'objects', ...encodedKey(key));
  // Content before description: what was cut short by a kill is no object, and nobody was told that it is one.
  const place = async (file: string, bucket: string, object: StoredObject): Promise<StoredObject> => {
    const path = pathOf(bucket, object.key);
    await mkdir(dirname(path), { recursive: true });
    await rename(file, `${path}.data`);
    const { body: _content, ...description } = object;
    const draft = incoming();
    await writeFile(draft, JSON.stringify(description));
    await rename(draft, `${path}.meta.json`);
    objects.restoreObject(bucket, object);
    return object;
  };
  return {
    incoming,
    adopt: (file, { bucket, key, contentType = 'binary/octet-stream', metadata, sizeBytes, md5 }) =>
      place(file, bucket, {
        key,
        body: Buffer.alloc(0), // Read from the file when somebody asks for it.
        contentType,
        contentLength: sizeBytes,
        etag: `"${md5}"`,
        lastModified: new Date(),
        metadata: { ...metadata },
      }),
    async copy(source, bucket, key) {
      const file = incoming();
      const { bucket: from, ...object } = source;
      try {
        await copyFile(`${pathOf(from, source.key)}.data`, file);
        return await place(file, bucket, { ...object, key, lastModified: new Date() });
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
  };
}

// The engine's own rule: slashes are folders, what file systems object to is escaped.
function encodedKey(key: string): string[] {
  const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped here
  return key.replace(/[<>:"|?*\\%\x00-\x1f]/g, escaped).split('/');
}
