import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { allowOrigin, answerPreflight, type CorsRule } from './browser-access.ts';
import { answerConnections, type ConnectionsHandler, isConnectionsPath } from './connections-api.ts';
import { copyObject, isPlainCopy } from './copy-object.ts';
import { openFauxqs } from './fauxqs-engine.ts';
import { type LocalQueue, openQueue } from './local-queue.ts';
import { startOnFreePort } from './loopback-port.ts';
import { testEvent } from './object-event.ts';
import { type ObjectListener, reportBeforeAnswer, reportTo } from './object-reports.ts';
import type { PartContext } from './part.ts';
import { isPlainPut, putObject } from './put-object.ts';
import { bucketOf, checkCall, isFormUpload, receiveForm, sendS3Error } from './s3-requests.ts';
import type { AwsCredentials } from './upload-policy.ts';

const REGION = 'us-east-1';
/** Without rules no page may read an answer or be let in by a pre-flight, as with S3; queues have none at all. */
const NO_PAGES: readonly CorsRule[] = [];

/** S3, SQS and API Gateway's `@connections`, at one address on loopback. */
export interface AwsGateway {
  /** For `AWS_ENDPOINT_URL` and `SOCKET_MANAGEMENT_URL`; an IP address, so that S3 clients use path style. */
  readonly endpointUrl: string;
  readonly region: string;
  /** What functions sign with. Forms signed by anything else are refused; other calls need some signature. */
  readonly credentials: AwsCredentials;
  /** Makes the bucket where it is missing. Pages may do what `cors` allows; signed forms may be posted from anywhere. */
  createBucket(name: string, options?: { readonly cors?: readonly CorsRule[] }): void;
  /** Makes the queue, or gives an earlier run's queue these attributes and keeps its messages. */
  createQueue(name: string, attributes?: Readonly<Record<string, string>>): LocalQueue;
  /**
   * Calls the listener with S3's notification document for each new object, and once with `s3:TestEvent` now. The
   * creator gets the answer only after the listener is through: an acknowledged upload is a reported one.
   */
  onObjectCreated(bucket: string, listener: ObjectListener): Promise<void>;
  /** Who answers `@connections`; until then they are 410. */
  onConnections(handler: ConnectionsHandler): void;
  close(): Promise<void>;
}

/** What `startParts` keeps: the gateway with the name for ending it that all parts share. */
export interface AwsPart extends AwsGateway {
  stop(): Promise<void>;
}

export async function startAwsGateway(
  context: Pick<PartContext, 'dataFolder' | 'registry' | 'secrets'>,
): Promise<AwsPart> {
  const credentials = { accessKeyId: 'understudy-local', secretAccessKey: context.secrets.awsSecretAccessKey };
  return startOnFreePort(context.registry, 'aws', async (port) => {
    const endpointUrl = `http://127.0.0.1:${port}`;
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    await listen(server, port);
    const engine = await openFauxqs(join(context.dataFolder, 'aws'), endpointUrl).catch((error: unknown) => {
      server.close();
      throw error;
    });
    const listeners = new Map<string, ObjectListener[]>();
    const cors = new Map<string, readonly CorsRule[]>();
    const report = reportTo(listeners, REGION);
    await engine.app.ready();
    let connections: ConnectionsHandler | undefined;
    const corsOf = (url: string) => cors.get(bucketOf(url)) ?? NO_PAGES;

    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const url = request.url ?? '/';
      checkCall(request);
      if (isConnectionsPath(url)) return answerConnections(request, response, connections);
      if (request.method === 'OPTIONS') return answerPreflight(request, response, corsOf(url));
      allowOrigin(request, response, corsOf(url), request.method ?? 'GET');
      if (isFormUpload(request))
        return receiveForm(request, response, engine.objects, engine.files, credentials, report);
      if (isPlainCopy(request)) return copyObject(request, response, engine.objects, engine.files, report);
      if (isPlainPut(request)) return putObject(request, response, engine.objects, engine.files, report);
      reportBeforeAnswer(request, response, engine.objects, report);
      engine.app.routing(request, response);
    };
    server.on('request', (request, response) => {
      answer(request, response).catch((error: unknown) => sendS3Error(request, response, error));
    });

    const close = async () => {
      server.close();
      await engine.close();
      server.closeAllConnections();
    };
    return {
      endpointUrl,
      region: REGION,
      credentials,
      createBucket(name, options) {
        engine.objects.createBucket(name);
        if (options?.cors !== undefined) cors.set(name, options.cors);
      },
      createQueue: (name, attributes = {}) => openQueue(engine, endpointUrl, name, attributes, REGION),
      async onObjectCreated(bucket, listener) {
        listeners.set(bucket, [...(listeners.get(bucket) ?? []), listener]);
        await listener(testEvent(bucket));
      },
      onConnections(handler) {
        connections = handler;
      },
      close,
      stop: close,
    };
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
