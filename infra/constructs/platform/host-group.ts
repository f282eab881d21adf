import {
  AdditionalHealthCheckType,
  AutoScalingGroup,
  GroupMetric,
  GroupMetrics,
  HealthChecks,
  Schedule,
  UpdatePolicy,
} from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  type IMachineImage,
  InstanceType,
  type ISubnet,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  Peer,
  Port,
  type SecurityGroup,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Network } from './network.ts';

export interface HostGroupProps {
  readonly network: Network;
  readonly securityGroup: SecurityGroup;
  readonly subnets: ISubnet[];
  readonly image: IMachineImage;
  readonly instance: string;
  readonly diskKey: IKey;
  readonly diskGb: number;
  readonly script: string;
  /** How many hosts run; one that fails its health check is replaced. */
  readonly hosts: number;
  /** Time from the start of a host until it must be healthy. */
  readonly graceMinutes: number;
  /** Hosts run between these two moments only. */
  readonly hours?: { readonly start: string; readonly stop: string; readonly timeZone: string };
}

/**
 * Hosts that start themselves and are replaced when they fail: no address of the internet, IMDSv2 only, an encrypted
 * disk, no way in but Session Manager, out to https only. A change of the script replaces them.
 */
export class HostGroup extends Construct {
  readonly group: AutoScalingGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HostGroupProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    props.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Images, models and packages');
    this.group = new AutoScalingGroup(this, 'Hosts', {
      vpc: props.network.vpc,
      vpcSubnets: { subnets: props.subnets },
      launchTemplate: this.launchTemplate(props),
      // A schedule changes it later; deployments then leave it as it is.
      minCapacity: props.hosts,
      maxCapacity: props.hosts,
      // So that an alarm can tell a host that is missing from one that is not wanted.
      groupMetrics: [new GroupMetrics(GroupMetric.DESIRED_CAPACITY)],
      healthChecks: HealthChecks.withAdditionalChecks({
        gracePeriod: Duration.minutes(props.graceMinutes),
        additionalTypes: [AdditionalHealthCheckType.ELB],
      }),
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 0, maxBatchSize: 1 }),
    });
    if (props.hours) this.schedule(props.hours, props.hosts);
  }

  private launchTemplate(props: HostGroupProps): LaunchTemplate {
    return new LaunchTemplate(this, 'Template', {
      machineImage: props.image,
      instanceType: new InstanceType(props.instance),
      securityGroup: props.securityGroup,
      associatePublicIpAddress: false,
      role: this.role,
      userData: UserData.custom(props.script),
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // Containers have no business with the host's credentials.
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(props.diskGb, {
            volumeType: EbsDeviceVolumeType.GP3,
            encrypted: true,
            kmsKey: props.diskKey,
            deleteOnTermination: true,
          }),
        },
      ],
    });
  }

  private schedule(hours: NonNullable<HostGroupProps['hours']>, hosts: number): void {
    const { timeZone } = hours;
    const at = (id: string, cron: string, count: number) =>
      this.group.scaleOnSchedule(id, {
        schedule: Schedule.expression(cron),
        timeZone,
        minCapacity: count,
        desiredCapacity: count,
      });
    at('Start', hours.start, hosts);
    at('Stop', hours.stop, 0);
  }
}
