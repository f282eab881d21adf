import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import { AmazonLinuxCpuType, EbsDeviceVolumeType, MachineImage, SubnetType, Volume } from 'aws-cdk-lib/aws-ec2';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws, RemovalPolicy, Size, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageConfig } from '../../stage-config.ts';
import { HostGroup } from './host-group.ts';
import { INDEX_PORT, indexHostScript } from './index-host-script.ts';
import type { InternalBalancer } from './internal-balancer.ts';
import type { Network } from './network.ts';

export interface IndexHostProps {
  readonly network: Network;
  readonly diskKey: IKey;
  readonly settings: StageConfig['chroma'];
  readonly balancer: InternalBalancer;
}

const SNAPSHOT_TAG = 'understudy:snapshots';
const GRACE_MINUTES = 15;

/**
 * Chroma on one host. The index lies on a volume of its own, encrypted and copied each night; the host comes and goes,
 * the volume stays. A volume lives in one zone, and so does the host; the index can be rebuilt from Postgres.
 */
export class IndexHost extends Construct {
  readonly host: HostGroup;
  readonly volume: Volume;
  readonly url: string;

  constructor(scope: Construct, id: string, { network, diskKey, settings, balancer }: IndexHostProps) {
    super(scope, id);
    const [subnet] = network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets;
    if (!subnet) throw new Error('the network has no private subnet');
    this.volume = new Volume(this, 'Volume', {
      availabilityZone: subnet.availabilityZone,
      size: Size.gibibytes(settings.storageGb),
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      encryptionKey: diskKey,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    const securityGroup = network.securityGroup('Index', 'Chroma host');
    this.host = new HostGroup(this, 'Chroma', {
      network,
      securityGroup,
      subnets: [subnet],
      image: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
      instance: settings.instance,
      diskKey,
      diskGb: 20,
      script: indexHostScript({ volumeId: this.volume.volumeId, chromaVersion: settings.version }),
      hosts: 1,
      graceMinutes: GRACE_MINUTES,
    });
    this.mayAttach();
    this.takeSnapshots(settings.snapshotsKept);
    this.url = balancer.forward('Index', {
      port: INDEX_PORT,
      healthPath: '/api/v2/heartbeat',
      hosts: this.host.group,
      securityGroup,
      graceMinutes: GRACE_MINUTES,
      meaning: 'Chroma does not answer, and no host came in the place of its own.',
      runbook: 'index-unhealthy',
    });
  }

  /** The host's id is not known before it runs; the volume is the one that counts. */
  private mayAttach(): void {
    const region = `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}`;
    const hostTag = { Key: 'understudy:index', Value: Aws.STACK_NAME };
    Tags.of(this.host.group).add(hostTag.Key, hostTag.Value);
    this.host.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['ec2:AttachVolume'],
        resources: [`${region}:volume/${this.volume.volumeId}`],
      }),
    );
    this.host.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['ec2:AttachVolume'],
        resources: [`${region}:instance/*`],
        conditions: { StringEquals: { [`aws:ResourceTag/${hostTag.Key}`]: hostTag.Value } },
      }),
    );
  }

  private takeSnapshots(kept: number): void {
    Tags.of(this.volume).add(SNAPSHOT_TAG, Aws.STACK_NAME);
    const role = new Role(this, 'SnapshotRole', {
      assumedBy: new ServicePrincipal('dlm.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSDataLifecycleManagerServiceRole')],
    });
    new CfnLifecyclePolicy(this, 'Snapshots', {
      description: 'Understudy index each night',
      state: 'ENABLED',
      executionRoleArn: role.roleArn,
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: [{ key: SNAPSHOT_TAG, value: Aws.STACK_NAME }],
        schedules: [
          {
            name: 'nightly',
            copyTags: true,
            createRule: { interval: 24, intervalUnit: 'HOURS', times: ['02:30'] },
            retainRule: { count: kept },
          },
        ],
      },
    });
  }
}
