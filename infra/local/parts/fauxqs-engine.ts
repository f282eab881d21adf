import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { type MakeFair, teachFairness } from './fair-queues.ts';
import { type ObjectFiles, openObjectFiles } from './object-files.ts';
import { PartFailure } from './part-failure.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;
export type QueueStore = Stores['sqsStore'];
export type ObjectStore = Stores['s3Store'];
export type EngineApp = ReturnType<typeof buildApp>;
type QueuePersistence = NonNullable<QueueStore['persistence']>;

export interface FauxqsEngine {
  readonly app: EngineApp;
  readonly queues: QueueStore;
  readonly objects: ObjectStore;
  readonly files: ObjectFiles;
  readonly makeFair: MakeFair;
  close(): Promise<void>;
}

/**
 * S3 and SQS in this process, with queues in SQLite and objects as files under `folder`. Nothing listens yet.
 *
 * `startFauxqs` would listen on every interface, so the engine is put together from fauxqs's own pieces; they are
 * not exported, which the exact version in package.json makes bearable.
 */
export async function openFauxqs(folder: string, endpointUrl: string): Promise<FauxqsEngine> {
  const pieces = await loadPieces();
  const queues = new pieces.SqsStore();
  const topics = new pieces.SnsStore();
  const objects = new pieces.S3Store();
  const persistence = openPersistence(pieces, folder, endpointUrl);
  persistence.loadSqsAndSns(queues, topics);
  const files = new pieces.FileS3Persistence(join(folder, 's3'));
  files.loadS3(objects);
  queues.persistence = persistence;
  for (const queue of queues.allQueues()) queue.persistence = persistence;
  objects.persistence = files;
  queues.host = ''; // Queue addresses then follow the Host of the request: 127.0.0.1 and our port.
  const app = buildApp({ logger: false, stores: { sqsStore: queues, snsStore: topics, s3Store: objects } });
  const makeFair = teachFairness(app);
  app.addHook('preClose', (done) => {
    queues.shutdown();
    done();
  });
  app.addHook('onClose', (_app, done) => {
    persistence.close();
    done();
  });
  return {
    app,
    queues,
    objects,
    files: openObjectFiles(objects, join(folder, 's3')),
    makeFair,
    close: () => app.close(),
  };
}

interface Pieces {
  readonly SqsStore: new () => QueueStore;
  readonly SnsStore: new () => Stores['snsStore'];
  readonly S3Store: new () => ObjectStore;
  readonly PersistenceManager: new (folder: string) => QueuePersistence;
  readonly FileS3Persistence: new (folder: string) => NonNullable<ObjectStore['persistence']>;
}

async function loadPieces(): Promise<Pieces> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new PartFailure('fauxqs is not installed: run npm ci');
  const load = (file: string): Promise<Partial<Pieces>> =>
    import(new URL(`dist/${file}`, pathToFileURL(manifest)).href);
  const pieces: Partial<Pieces> = Object.assign(
    {},
    ...(await Promise.all(
      ['sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js', 's3/fileS3Persistence.js'].map(load),
    )),
  );
  return pieces as Pieces;
}

interface Statement {
  run(...values: readonly (string | number)[]): unknown;
}

function openStore(pieces: Pieces, folder: string): QueuePersistence {
  try {
    return new pieces.PersistenceManager(folder);
  } catch (error) {
    const reason = (error as Error).message;
    throw new PartFailure(
      `${folder} is damaged (${reason}): restore it, or start with --fresh to begin with empty data`,
    );
  }
}

function openPersistence(pieces: Pieces, folder: string, endpointUrl: string): QueuePersistence {
  const persistence = openStore(pieces, folder);
  const { db } = persistence as unknown as { db: { exec(sql: string): void; prepare(sql: string): Statement } };
  // Safe against a killed process, which is what can happen here, and far fewer syncs than the default.
  db.exec('pragma synchronous = normal');
  // One host at a time works on this folder: what an earlier run had in hand, nobody has any more.
  db.exec('update sqs_messages set receipt_handle = null, visibility_deadline = null');
  // Stored addresses name the port of an earlier run.
  db.prepare(`update sqs_queues set url = ? || '/000000000000/' || name`).run(endpointUrl);
  // fauxqs 2.4.1 sets the receive count to null here, which its own schema refuses: the message would be gone from
  // memory, and a message given back would forget how often it had been tried.
  const giveBack = db.prepare(
    'update sqs_messages set receipt_handle = null, visibility_deadline = null where message_id = ?',
  );
  persistence.updateMessageReady = (messageId: string) => void giveBack.run(messageId);
  return persistence;
}
