import { Port, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageConfig } from '../../stage-config.ts';
import { connect, type Network } from './network.ts';

export interface CacheProps {
  readonly network: Network;
  readonly key: IKey;
  readonly settings: StageConfig['cache'];
  /** Another one makes another user, with the password that the secret has then. */
  readonly credentialsRound: number;
}

const USER = 'understudy';
/** The keys of the application and every command but those that administer a server or stop it for long. */
const ACCESS = 'on ~creator:* ~platform:* &* +@all -@admin -@dangerous +info';

/** Valkey on ElastiCache Serverless: always TLS, always a cluster, one user with a password that nobody knows. */
export class Cache extends Construct {
  /** As `openRedis` of shared/clients reads it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { network, key, settings, credentialsRound }: CacheProps) {
    super(scope, id);
    const group = network.securityGroup('Cache', 'Valkey');
    // 6379 answers for the primary, 6380 for replicas.
    connect(network.functions, group, Port.tcpRange(6379, 6380), 'Functions to Valkey');
    const secret = new Secret(this, 'Secret', {
      description: 'Understudy: user of the cache',
      encryptionKey: key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: USER }),
        generateStringKey: 'password',
        passwordLength: 64,
        excludePunctuation: true,
      },
    });
    const password = secret.secretValueFromJson('password').unsafeUnwrap();
    const nameFor = (part: string) =>
      `${Names.uniqueResourceName(this, { maxLength: 30, separator: '-' })}-${part}`.toLowerCase();
    // CloudFormation does not see that a secret behind a reference has changed, so a new password wants a new user.
    const login = `${USER}-${credentialsRound}`;
    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: nameFor(`user-${credentialsRound}`),
      userName: login,
      accessString: ACCESS,
      noPasswordRequired: false,
      passwords: [password],
    });
    const users = new CfnUserGroup(this, 'Users', {
      engine: 'valkey',
      userGroupId: nameFor('users'),
      userIds: [user.ref],
    });
    const cache = new CfnServerlessCache(this, 'Valkey', {
      engine: 'valkey',
      majorEngineVersion: '8',
      serverlessCacheName: nameFor('cache'),
      description: 'Understudy: limits, live connections, streams',
      subnetIds: network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
      securityGroupIds: [group.securityGroupId],
      userGroupId: users.ref,
      kmsKeyId: key.keyArn,
      // What runs away costs no more than this.
      cacheUsageLimits: {
        dataStorage: { maximum: settings.maxStorageGb, unit: 'GB' },
        ecpuPerSecond: { maximum: settings.maxEcpuPerSecond },
      },
    });
    this.url = `rediss+cluster://${login}:${password}@${cache.attrEndpointAddress}:${cache.attrEndpointPort}`;
  }
}
