import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/platform/alarm-topic.ts';
import { Cache } from '../constructs/platform/cache.ts';
import { Database } from '../constructs/platform/database.ts';
import { IndexHost } from '../constructs/platform/index-host.ts';
import { InstallationSecrets } from '../constructs/platform/installation-secrets.ts';
import { InternalBalancer } from '../constructs/platform/internal-balancer.ts';
import { Keys } from '../constructs/platform/keys.ts';
import { ModelHosts } from '../constructs/platform/model-hosts.ts';
import { Network } from '../constructs/platform/network.ts';
import type { StageConfig, StageName } from '../stage-config.ts';
import type { PlatformConnection } from './platform-access.ts';

export interface PlatformStackProps extends StackProps {
  readonly stage: StageName;
  readonly config: StageConfig;
}

/**
 * What the service stands on, on AWS only: network, Postgres, Valkey, the hosts of models and index, keys and secrets.
 * It knows no account and looks nothing up, so its template is the same on every machine.
 */
export class PlatformStack extends Stack {
  readonly connection: PlatformConnection;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, { description: 'Understudy: what it stands on', ...props });
    const { stage, config } = props;
    const keys = new Keys(this, 'Keys');
    const network = new Network(this, 'Network', { natGateways: config.natGateways });
    const database = new Database(this, 'Database', { network, key: keys.data, settings: config.database });
    const { cache: settings, credentialsRound } = config;
    const cache = new Cache(this, 'Cache', { network, key: keys.data, settings, credentialsRound });
    const balancer = new InternalBalancer(this, 'Balancer', { network });
    const hosts = { network, balancer, diskKey: keys.disks };
    const models = new ModelHosts(this, 'Models', { ...hosts, settings: config.models });
    const index = new IndexHost(this, 'Index', { ...hosts, settings: config.chroma });
    const secrets = new InstallationSecrets(this, 'Secrets', { key: keys.data });
    const alarms = new AlarmTopic(this, 'Alarms', { key: keys.data, email: config.alarmEmail });

    alarms.hear(this);
    this.connection = {
      subnetIds: network.vpc.privateSubnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [network.functions.securityGroupId],
      alarmTopicArn: alarms.topic.topicArn,
      dataKeyArn: keys.data.keyArn,
      turnsAtOnce: config.models.turnsAtOnce,
      reservedConcurrency: config.reservedConcurrency,
      parameters: {
        Stage: stage,
        LogLevel: 'INFO',
        MigrationDatabaseUrl: database.migrationUrl,
        AuthDatabaseUrl: database.serviceUrl('auth'),
        HubDatabaseUrl: database.serviceUrl('hub'),
        AiDatabaseUrl: database.serviceUrl('ai'),
        ChannelDatabaseUrl: database.serviceUrl('channel'),
        RedisUrl: cache.url,
        ChromaUrl: index.url,
        OllamaUrl: models.url,
        ChatModel: config.models.chat,
        EmbeddingModel: config.models.embedding,
        MalwareScanner: 'guardduty',
        PublicApiUrl: config.domain ? `https://${config.domain.api}` : '',
        ConsoleOrigin: config.domain ? `https://${config.domain.web}` : '',
        ConsoleUrl: '',
        SocketUrl: '',
        ExtractorProgram: '/opt/extractor/extract.mjs',
        SocketManagementUrl: '',
        RateLimitFactor: String(config.rateLimitFactor),
        CredentialsRound: String(config.credentialsRound),
        SessionIdleDays: String(config.sessions.idleDays),
        SessionMarkSeconds: String(config.sessions.markSeconds),
        QuotaDocuments: String(config.quota.documents),
        QuotaDocumentBytes: String(config.quota.documentBytes),
        QuotaAnswers: String(config.quota.answers),
        QuotaWidgets: String(config.quota.widgets),
        QuotaApiKeys: String(config.quota.apiKeys),
        MetricsToken: secrets.metricsToken,
        PasswordPepper: secrets.passwordPepper,
        DataEncryptionKey: secrets.dataEncryptionKey,
        VisitorTokenSecret: secrets.visitorTokenSecret,
        MailFrom: config.mailFrom,
        MailboxFolder: '',
      },
    };
    new CfnOutput(this, 'OllamaUrl', { value: models.url });
    new CfnOutput(this, 'ChromaUrl', { value: index.url });
    new CfnOutput(this, 'DatabaseHost', { value: database.instance.dbInstanceEndpointAddress });
  }
}
