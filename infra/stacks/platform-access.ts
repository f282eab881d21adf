import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws, type Stack } from 'aws-cdk-lib/core';
import type { FunctionName } from '../build/function-entries.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { POOL_SIZES } from './connection-budget.ts';
import type { ServiceParameters } from './service-parameters.ts';

/** What the service stack gets from AWS around it. Emulators and the local host have none of it. */
export interface PlatformConnection {
  /** Values in place of the stack's parameters; secrets as references that CloudFormation resolves. */
  readonly parameters: Partial<ServiceParameters>;
  /** Private subnets of the functions. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** SNS topic that alarms are sent to. */
  readonly alarmTopicArn: string;
  /** Key of buckets and of the functions' variables. */
  readonly dataKeyArn: string;
  /** Turns in work at once: as many as the hosts of this stage bear. */
  readonly turnsAtOnce: number;
  /** Instances at most per function. */
  readonly reservedConcurrency: Readonly<Partial<Record<FunctionName, number>>>;
}

/** Lambda's own work when it puts a function into a VPC; EC2 knows no narrower resource for it. */
const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/** In the runtime of Lambda: the authorities that sign the certificates of RDS, which Node does not know by itself. */
const AWS_CERTIFICATES = '/var/runtime/ca-cert.pem';

/**
 * Puts every function into the platform's VPC, where database, cache and models are, seals its variables with the
 * platform's key, bounds its instances and connections, and sends every alarm to the operator. Call when all exist.
 */
export function joinPlatform(stack: Stack, platform: PlatformConnection): void {
  for (const part of stack.node.findAll()) {
    if (part instanceof ServiceFunction) joinFunction(part, platform);
    if (part instanceof Alarm) {
      part.addAlarmAction({ bind: () => ({ alarmActionArn: platform.alarmTopicArn }) });
    }
  }
}

function joinFunction(part: ServiceFunction, platform: PlatformConnection): void {
  part.allow(NETWORK_ACTIONS, '*');
  part.allow(['kms:Decrypt'], platform.dataKeyArn);
  part.addEnvironment({
    NODE_EXTRA_CA_CERTS: AWS_CERTIFICATES,
    ...(part.name !== 'migrate' && { DATABASE_POOL_SIZE: String(POOL_SIZES[part.name]) }),
  });
  part.resource.kmsKeyArn = platform.dataKeyArn;
  part.resource.reservedConcurrentExecutions = platform.reservedConcurrency[part.name];
  part.resource.vpcConfig = {
    subnetIds: [...platform.subnetIds],
    securityGroupIds: [...platform.securityGroupIds],
  };
}

/**
 * The platform's key for what lies in a bucket. Whoever writes an object draws a key for it, and a signed form draws
 * with the rights of its signer.
 */
export function sealBucket(bucket: CfnBucket, dataKeyArn: string, writers: readonly ServiceFunction[]): void {
  bucket.bucketEncryption = {
    serverSideEncryptionConfiguration: [
      {
        bucketKeyEnabled: true,
        serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: dataKeyArn },
      },
    ],
  };
  for (const writer of writers) writer.allow(['kms:GenerateDataKey'], dataKeyArn);
}

/**
 * Opens the way of malware verdicts: GuardDuty hears of uploads through EventBridge, and EventBridge may put its
 * verdicts into the queue. The rule itself comes later, in the edge stack, so any rule of this account may.
 */
export function admitVerdicts(uploads: CfnBucket, queue: Queue): void {
  uploads.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      // The one condition that EventBridge's guide shows for a queue; it names the account.
      conditions: {
        ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*` },
      },
    }),
  );
}
