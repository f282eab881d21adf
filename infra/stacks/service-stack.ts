import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnOutput, DefaultStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { LibraryBucket, UploadsBucket } from '../constructs/buckets.ts';
import { RestApi } from '../constructs/rest-api.ts';
import { SchemaMigrations } from '../constructs/schema-migrations.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { WebSocketApi } from '../constructs/websocket-api.ts';
import { AiService } from '../services/ai.ts';
import { AuthService } from '../services/auth.ts';
import { ChannelService } from '../services/channel.ts';
import { HubService } from '../services/hub.ts';
import { type Addresses, resolveAddresses } from './addresses.ts';
import { Overview } from './overview.ts';
import { admitVerdicts, joinPlatform, type PlatformConnection, sealBucket } from './platform-access.ts';
import { declareParameters, type ServiceParameters } from './service-parameters.ts';

export interface ServiceStackProps extends StackProps {
  /** Short and in lower case: CloudFormation begins the buckets' names with it. */
  readonly stackName: string;
  /** What `buildFunctions` left behind. */
  readonly buildFolder: string;
  /** What only AWS has: a network, keys, a topic of alarms. Without it the stack runs wherever its API is spoken. */
  readonly platform?: PlatformConnection;
}

export interface ServiceEdge {
  readonly rest: CfnRestApi;
  readonly restStage: string;
  readonly uploads: Bucket;
  readonly ingestQueue: Queue;
}

/**
 * The whole product but for what it stands on (database, cache, models): the same template on AWS, on emulators and
 * on the local host. It knows no account, region or machine, and creates only SERVICE_RESOURCE_TYPES.
 */
export class ServiceStack extends Stack {
  /** What the edge stack builds on. */
  readonly edge: ServiceEdge;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
    super(scope, id, { description: 'Understudy', synthesizer, ...props });
    const { buildFolder, platform } = props;
    const parameters = declareParameters(this, platform?.parameters);
    const rest = new RestApi(this, 'Rest');
    const sockets = new WebSocketApi(this, 'Sockets');
    const addresses = resolveAddresses(this, parameters, rest, sockets);
    const uploads = new UploadsBucket(this, 'Uploads', { pageOrigin: addresses.consoleOrigin });
    const library = new LibraryBucket(this, 'Library');

    const context = { buildFolder, parameters, ...addresses };
    const stores = { uploads: uploads.bucket, library: library.bucket };
    const auth = new AuthService(this, 'Auth', context);
    const ai = new AiService(this, 'Ai', { ...context, ...stores, sockets });
    const hub = new HubService(this, 'Hub', { ...context, ...stores, ingestQueue: ai.ingest.queue });
    const channel = new ChannelService(this, 'Channel', { ...context, sockets, turnsQueue: ai.generate.queue });

    uploads.notify(ai.ingest.queue);
    sockets.deploy(channel.socket);
    rest.deploy({
      paths: {
        '/': auth.api,
        '/{proxy+}': auth.api,
        '/health': auth.api,
        '/ready': auth.api,
        '/metrics': auth.api,
        '/openapi.json': auth.api,
        '/.well-known/jwks.json': auth.api,
        '/v1/auth/{proxy+}': auth.api,
        '/v1/hub/{proxy+}': hub.api,
        '/v1/ai/{proxy+}': ai.api,
        '/v1/channel/{proxy+}': channel.api,
      },
    });
    this.migrateFirst(parameters, buildFolder);
    new Overview(this, 'Overview', {
      functions: this.functions(),
      workers: [ai.ingest, ai.generate],
      restApiName: rest.api.name ?? '',
      socketApiId: sockets.api.ref,
      stage: parameters.Stage,
    });
    if (platform) {
      joinPlatform(this, platform);
      ai.generate.limit(platform.turnsAtOnce);
      // A document that finds no free instance waits out its visibility and counts as tried; two is the least AWS takes.
      const readers = platform.reservedConcurrency['ai-ingest'];
      if (readers !== undefined) ai.ingest.limit(Math.max(2, readers));
      sealBucket(uploads.resource, platform.dataKeyArn, [hub.api]);
      sealBucket(library.resource, platform.dataKeyArn, [ai.ingest.worker]);
      admitVerdicts(uploads.resource, ai.ingest.queue);
    }
    this.edge = { rest: rest.api, restStage: rest.stageName, uploads: uploads.bucket, ingestQueue: ai.ingest.queue };
    this.addOutputs(addresses, {
      UploadsBucketName: uploads.bucket.bucketName,
      LibraryBucketName: library.bucket.bucketName,
      IngestQueueUrl: ai.ingest.queue.queueUrl,
      TurnsQueueUrl: ai.generate.queue.queueUrl,
    });
  }

  private functions(): ServiceFunction[] {
    return this.node.findAll().filter((part) => part instanceof ServiceFunction);
  }

  private migrateFirst(parameters: ServiceParameters, buildFolder: string): void {
    const users = this.functions();
    const migrations = new SchemaMigrations(this, 'Migrations', {
      credentialsRound: parameters.CredentialsRound,
      worker: {
        name: 'migrate',
        buildFolder,
        timeoutSeconds: 300,
        memoryMb: 512,
        environment: {
          STAGE: parameters.Stage,
          SERVICE_NAME: 'migrate',
          LOG_LEVEL: parameters.LogLevel,
          CREDENTIALS_ROUND: parameters.CredentialsRound,
          MIGRATION_DATABASE_URL: parameters.MigrationDatabaseUrl,
          AUTH_DATABASE_URL: parameters.AuthDatabaseUrl,
          HUB_DATABASE_URL: parameters.HubDatabaseUrl,
          AI_DATABASE_URL: parameters.AiDatabaseUrl,
          CHANNEL_DATABASE_URL: parameters.ChannelDatabaseUrl,
        },
      },
    });
    for (const user of users) migrations.precede(user);
  }

  private addOutputs(addresses: Addresses, others: Readonly<Record<string, string>>): void {
    const outputs = { RestUrl: addresses.publicApiUrl, SocketUrl: addresses.socketUrl, ...others };
    for (const [name, value] of Object.entries(outputs)) {
      // A parameter has the name SocketUrl already, and names are unique among the two.
      new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name);
    }
  }
}
