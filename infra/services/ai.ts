import { join } from 'node:path';
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QueueWorker } from '../constructs/queue-worker.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import type { WebSocketApi } from '../constructs/websocket-api.ts';
import { commonEnvironment, partsEnvironment, type ServiceContext } from './service-context.ts';

export interface AiServiceProps extends ServiceContext {
  readonly uploads: Bucket;
  readonly library: Bucket;
  readonly sockets: WebSocketApi;
  readonly socketManagementUrl: string;
}

/** Documents become knowledge, questions become answers. */
export class AiService extends Construct {
  readonly api: ServiceFunction;
  readonly ingest: QueueWorker;
  readonly generate: QueueWorker;

  constructor(scope: Construct, id: string, props: AiServiceProps) {
    super(scope, id);
    const { buildFolder, parameters, uploads, library } = props;
    const environment = {
      ...commonEnvironment('ai', props),
      ...partsEnvironment(props),
      UPLOADS_BUCKET: uploads.bucketName,
      LIBRARY_BUCKET: library.bucketName,
      SOCKET_MANAGEMENT_URL: props.socketManagementUrl,
    };
    const settings = { buildFolder, environment };
    this.api = new ServiceFunction(this, 'Api', { ...settings, name: 'ai-api', timeoutSeconds: 29, memoryMb: 1024 });
    this.ingest = new QueueWorker(this, 'Ingest', {
      worker: {
        ...settings,
        name: 'ai-ingest',
        timeoutSeconds: 600,
        memoryMb: 2048,
        layers: [this.extractor(buildFolder)],
      },
      // A batch ends with its slowest document, and with the one that ends its worker.
      batchSize: 1,
      maxConcurrency: 10,
      alarmAgeSeconds: 900,
    });
    this.generate = new QueueWorker(this, 'Generate', {
      worker: { ...settings, name: 'ai-generate', timeoutSeconds: 150, memoryMb: 1024 },
      // A batch holds its place until its slowest turn is done, and a few small ones would hold them all.
      batchSize: 1,
      // The back-pressure on the GPU: more turns at once only make each of them slower.
      maxConcurrency: 100,
      alarmAgeSeconds: 60,
    });
    const sweep = new ScheduledFunction(this, 'Sweep', {
      schedule: 'rate(1 minute)',
      worker: { ...settings, name: 'ai-sweep', timeoutSeconds: 60, memoryMb: 512 },
    });
    for (const user of [this.api, this.ingest.worker, this.generate.worker, sweep.worker]) this.addQueues(user);
    this.grant(this.ingest.worker, this.generate.worker, sweep.worker, props);
    this.ingest.worker.addEnvironment({
      EXTRACTOR_PROGRAM: parameters.ExtractorProgram,
      MALWARE_SCANNER: parameters.MalwareScanner,
      CLAMD_ADDRESS: parameters.ClamdAddress,
    });
  }

  private extractor(buildFolder: string): LayerVersion {
    return new LayerVersion(this, 'Extractor', {
      description: 'Reads documents in a process of its own',
      code: Code.fromAsset(join(buildFolder, 'layers/extractor'), { exclude: ['**/*.map'] }),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
    });
  }

  private addQueues(user: ServiceFunction): void {
    user.addEnvironment({
      INGEST_QUEUE_URL: this.ingest.queue.queueUrl,
      TURNS_QUEUE_URL: this.generate.queue.queueUrl,
    });
  }

  private grant(
    ingest: ServiceFunction,
    generate: ServiceFunction,
    sweep: ServiceFunction,
    props: AiServiceProps,
  ): void {
    const { uploads, library, sockets } = props;
    const send = (from: ServiceFunction, ...queues: Queue[]) =>
      from.allow(['sqs:SendMessage'], ...queues.map((queue) => queue.queueArn));
    send(ingest, this.ingest.queue);
    send(generate, this.generate.queue);
    send(sweep, this.ingest.queue, this.generate.queue);
    // A page that lost its right is told so and closed, and so is a socket that takes no frame.
    sockets.grantPost(generate, ['POST', 'DELETE']);

    // Collecting a deleted document means listing and removing every version of it.
    ingest.allow(['s3:ListBucket', 's3:ListBucketVersions'], uploads.bucketArn, library.bucketArn);
    ingest.allow(
      ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      uploads.arnForObjects('creators/*'),
    );
    ingest.allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      library.arnForObjects('creators/*'),
    );
  }
}
