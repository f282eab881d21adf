import { InstanceType, Port, type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  ClientPasswordAuthType,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseProxy,
  ParameterGroup,
  PostgresEngineVersion,
  ProxyTarget,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SERVICE_ROLES, type ServiceName } from '../../../shared/config/service-roles.ts';
import type { StageConfig } from '../../stage-config.ts';
import { addDatabaseAlarms } from './database-alarms.ts';
import { connect, type Network } from './network.ts';

export interface DatabaseProps {
  readonly network: Network;
  readonly key: IKey;
  readonly settings: StageConfig['database'];
}

const DATABASE_NAME = 'understudy';
const POSTGRES = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 });

/**
 * What the services' pools would ask of every connection. RDS Proxy takes no such wish when a connection is opened,
 * so the server itself has them; migrations lift the first for themselves.
 */
const SERVER_PARAMETERS = {
  'rds.force_ssl': '1',
  ssl_min_protocol_version: 'TLSv1.2',
  statement_timeout: '30000',
  idle_in_transaction_session_timeout: '15000',
  // Visitors' words are parameters of statements and must not reach the log.
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/**
 * Postgres on RDS: encrypted, backed up, protected against deletion, TLS only. The migration role owns it and reaches
 * it directly; each service has a role and a secret of its own, and goes through RDS Proxy where the stage has one.
 */
export class Database extends Construct {
  readonly instance: DatabaseInstance;
  readonly proxy: DatabaseProxy | undefined;
  private readonly isProxyUsed: boolean;
  private readonly secrets: Readonly<Record<ServiceName, Secret>>;
  private readonly masterSecret: ISecret;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { network, key, settings } = props;
    const group = network.securityGroup('Database', 'Postgres');
    connect(network.functions, group, Port.tcp(5432), 'Functions to Postgres');
    this.instance = this.createInstance(props, group);
    if (!this.instance.secret) throw new Error('the migration role has no secret');
    this.masterSecret = this.instance.secret;
    this.secrets = {
      auth: this.createSecret('auth', key),
      hub: this.createSecret('hub', key),
      ai: this.createSecret('ai', key),
      channel: this.createSecret('channel', key),
    };
    this.proxy = settings.proxy ? this.createProxy(network) : undefined;
    this.isProxyUsed = settings.proxy === true;
    // Its address is held on to until nobody reads it any more: CloudFormation removes no export that is in use.
    if (this.proxy) Stack.of(this).exportValue(this.proxy.endpoint);
    const { maxConnections, storageGb } = settings;
    addDatabaseAlarms(this, { instance: this.instance, proxy: this.proxy, maxConnections, storageGb });
  }

  /** Straight to the server, its name and certificate checked. */
  get migrationUrl(): string {
    const password = this.masterSecret.secretValueFromJson('password').unsafeUnwrap();
    const host = this.instance.dbInstanceEndpointAddress;
    return `postgres://understudy_migrator:${password}@${host}:5432/${DATABASE_NAME}?sslmode=verify-full`;
  }

  /** `timeouts=server` tells the pool that the server sets them (see SERVER_PARAMETERS). */
  serviceUrl(service: ServiceName): string {
    const password = this.secrets[service].secretValueFromJson('password').unsafeUnwrap();
    const direct = this.instance.dbInstanceEndpointAddress;
    const host = this.isProxyUsed ? (this.proxy?.endpoint ?? direct) : direct;
    const login = `${SERVICE_ROLES[service]}:${password}`;
    return `postgres://${login}@${host}:5432/${DATABASE_NAME}?sslmode=verify-full&timeouts=server`;
  }

  private createInstance({ network, key, settings }: DatabaseProps, group: SecurityGroup): DatabaseInstance {
    return new DatabaseInstance(this, 'Postgres', {
      engine: POSTGRES,
      instanceType: new InstanceType(settings.instance),
      databaseName: DATABASE_NAME,
      credentials: Credentials.fromGeneratedSecret('understudy_migrator', {
        encryptionKey: key,
        // It stands in an address, and other passwords are told apart from it.
        excludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\^=,.',
      }),
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [group],
      publiclyAccessible: false,
      multiAz: settings.multiAz,
      storageType: StorageType.GP3,
      allocatedStorage: settings.storageGb,
      maxAllocatedStorage: settings.maxStorageGb,
      storageEncrypted: true,
      storageEncryptionKey: key,
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      parameterGroup: new ParameterGroup(this, 'Parameters', { engine: POSTGRES, parameters: SERVER_PARAMETERS }),
      backupRetention: Duration.days(settings.backupDays),
      copyTagsToSnapshot: true,
      deletionProtection: true,
      autoMinorVersionUpgrade: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
  }

  private createSecret(service: ServiceName, key: IKey): Secret {
    return new Secret(this, `Secret-${service}`, {
      description: `Understudy: database role of ${service}`,
      encryptionKey: key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: SERVICE_ROLES[service] }),
        generateStringKey: 'password',
        passwordLength: 40,
        excludePunctuation: true,
      },
    });
  }

  private createProxy(network: Network): DatabaseProxy {
    const group = network.securityGroup('DatabaseProxy', 'RDS Proxy');
    connect(network.functions, group, Port.tcp(5432), 'Functions to the proxy');
    // The way to Postgres is opened by the proxy's construct, at both ends; EC2 would refuse a second rule for it.
    return new DatabaseProxy(this, 'Proxy', {
      dbProxyName: Names.uniqueResourceName(this, { maxLength: 50, separator: '-' }).toLowerCase(),
      proxyTarget: ProxyTarget.fromInstance(this.instance),
      // CloudFormation waits until the proxy reaches Postgres, which at first knows the migration role alone: the services'
      // roles come with the first migration.
      secrets: [this.masterSecret, ...Object.values(this.secrets)],
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [group],
      requireTLS: true,
      clientPasswordAuthType: ClientPasswordAuthType.POSTGRES_SCRAM_SHA_256,
      // The rest is for migrations and for whoever has to look.
      maxConnectionsPercent: 80,
      borrowTimeout: Duration.seconds(5),
      idleClientTimeout: Duration.minutes(10),
    });
  }
}
