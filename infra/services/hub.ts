import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { commonEnvironment, type ServiceContext } from './service-context.ts';

export interface HubServiceProps extends ServiceContext {
  readonly uploads: Bucket;
  readonly ingestQueue: Queue;
}

/** What creators manage: documents, widgets, settings, conversations. */
export class HubService extends Construct {
  readonly api: ServiceFunction;

  constructor(scope: Construct, id: string, props: HubServiceProps) {
    super(scope, id);
    const { buildFolder, parameters, uploads, ingestQueue } = props;
    const environment = {
      ...commonEnvironment('hub', props),
      UPLOADS_BUCKET: uploads.bucketName,
      INGEST_QUEUE_URL: ingestQueue.queueUrl,
      QUOTA_DOCUMENTS: parameters.QuotaDocuments,
      QUOTA_DOCUMENT_BYTES: parameters.QuotaDocumentBytes,
      QUOTA_ANSWERS: parameters.QuotaAnswers,
      QUOTA_WIDGETS: parameters.QuotaWidgets,
    };
    this.api = new ServiceFunction(this, 'Api', {
      name: 'hub-api',
      buildFolder,
      environment,
      timeoutSeconds: 29,
      memoryMb: 512,
    });
    // A signed upload form can do what its signer may do, so the signer may do no more than this.
    this.api.allow(['s3:PutObject'], uploads.arnForObjects('creators/*'));
    this.api.allow(['sqs:SendMessage'], ingestQueue.queueArn);
    new ScheduledFunction(this, 'SealAudit', {
      schedule: 'rate(1 hour)',
      worker: { name: 'hub-seal-audit', buildFolder, environment, timeoutSeconds: 60, memoryMb: 512 },
    });
  }
}
