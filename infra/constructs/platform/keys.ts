import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** The installation's own keys, turned over each year and kept when the stack goes: what they sealed outlives it. */
export class Keys extends Construct {
  /** Database, cache, secrets, buckets, variables of functions, alarms. */
  readonly data: Key;
  /** Disks of the hosts and their snapshots. */
  readonly disks: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const common = { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN };
    this.data = new Key(this, 'Data', { ...common, description: 'Understudy: data' });
    this.disks = new Key(this, 'Disks', { ...common, description: 'Understudy: disks of hosts' });
    // As AWS gives it, without a condition: CloudWatch asks the key itself, and an alarm that is refused here rings nowhere.
    // The topic's own policy takes alarms of this account only.
    this.data.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayBeSealed',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    // Auto Scaling starts hosts as its own role, which may not exist yet in a new account and so cannot be named. It
    // is let in as the account's default key for disks lets it in: whoever of this account acts through EC2.
    this.disks.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DisksOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new AnyPrincipal()],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID, 'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com` },
        },
      }),
    );
  }
}
