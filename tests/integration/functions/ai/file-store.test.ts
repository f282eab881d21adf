import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileStore, openFileStore } from '../../../../functions/ai/gateways/file-store.ts';
import { type AwsPart, startAwsGateway } from '../../../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../infra/local/parts/secrets.ts';
import { MAX_DOCUMENT_BYTES } from '../../../../shared/models/document.ts';
import { temporaryFiles } from '../../../support/extractor-program.ts';

let folder: Awaited<ReturnType<typeof temporaryFiles>>;
let aws: AwsPart;
let s3: S3Client;
let files: FileStore;
const signal = new AbortController().signal;

beforeAll(async () => {
  folder = await temporaryFiles();
  const dataFolder = join(folder.folder, 'data');
  const secrets = readSecrets(dataFolder);
  aws = await startAwsGateway({ dataFolder, registry: await openPartRegistry(dataFolder), secrets });
  for (const bucket of ['uploads', 'library']) aws.createBucket(bucket);
  s3 = new S3Client({
    ...{ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials, forcePathStyle: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  files = openFileStore({ s3, uploadsBucket: 'uploads', libraryBucket: 'library' });
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
  await folder.remove();
});

const put = (Bucket: string, Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
const has = (Bucket: string, Key: string) =>
  s3.send(new GetObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

test('an upload is fetched, and the very bytes go into the library', async () => {
  await put('uploads', 'creators/a/b/c');
  const path = join(folder.folder, 'fetched');
  const again = join(folder.folder, 'again');

  const fetched = await files.fetchUpload('creators/a/b/c', undefined, path, signal);
  await files.storeOriginal('creators/a/b/c', path, 'text/plain', signal);
  await files.fetchOriginal('creators/a/b/c', again, signal);

  expect(fetched).toBe(true);
  expect(await readFile(again, 'utf8')).toBe('creators/a/b/c');
});

test('an original of any size that an upload may have goes into the library', async () => {
  const path = join(folder.folder, 'large');
  const again = join(folder.folder, 'large-again');
  await writeFile(path, Buffer.alloc(MAX_DOCUMENT_BYTES, 'as large as they come '));

  await files.storeOriginal('creators/a/b/large', path, 'application/pdf', signal);
  await files.fetchOriginal('creators/a/b/large', again, signal);

  expect((await readFile(again)).equals(await readFile(path))).toBe(true);
  const { ContentType } = await s3.send(new HeadObjectCommand({ Bucket: 'library', Key: 'creators/a/b/large' }));
  expect(ContentType).toBe('application/pdf');
});

test('a file that is gone is told, not thrown', async () => {
  expect(await files.fetchUpload('creators/a/b/none', undefined, join(folder.folder, 'none'), signal)).toBe(false);
});

test('everything of one document is removed from both buckets, and nothing of its neighbours', async () => {
  for (const bucket of ['uploads', 'library']) {
    for (const key of ['creators/x/1/a', 'creators/x/1/b', 'creators/x/2/a']) await put(bucket, key);
  }

  await files.removeAll('creators/x/1/');

  for (const bucket of ['uploads', 'library']) {
    expect(await has(bucket, 'creators/x/1/a')).toBe(false);
    expect(await has(bucket, 'creators/x/1/b')).toBe(false);
    expect(await has(bucket, 'creators/x/2/a')).toBe(true);
  }
  expect(await files.removeAll('creators/x/1/')).toBe(0);
});

test('one upload is removed without those whose keys begin alike', async () => {
  await put('uploads', 'creators/y/1/a');
  await put('uploads', 'creators/y/1/ab');

  await files.removeUpload('creators/y/1/a');

  expect(await has('uploads', 'creators/y/1/a')).toBe(false);
  expect(await has('uploads', 'creators/y/1/ab')).toBe(true);
});
