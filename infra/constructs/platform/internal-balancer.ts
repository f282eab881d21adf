import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { NetworkLoadBalancer, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type RunbookSection, runbookAlarm } from '../alarm.ts';
import { connect, type Network } from './network.ts';

const PERIOD = Duration.minutes(5);

export interface ForwardProps {
  readonly port: number;
  readonly healthPath: string;
  readonly hosts: AutoScalingGroup;
  readonly securityGroup: SecurityGroup;
  /** What it takes to replace a host: rings when it took longer. */
  readonly graceMinutes: number;
  /** What it means when fewer hosts are healthy than are wanted. */
  readonly meaning: string;
  readonly runbook: RunbookSection;
}

/**
 * One address for hosts that come and go, in private subnets. It asks each host whether it is well; who is not gets
 * nothing and is replaced.
 */
export class InternalBalancer extends Construct {
  private readonly balancer: NetworkLoadBalancer;
  private readonly securityGroup: SecurityGroup;
  private readonly network: Network;

  constructor(scope: Construct, id: string, { network }: { readonly network: Network }) {
    super(scope, id);
    this.network = network;
    this.securityGroup = network.securityGroup('Balancer', 'Balancer of models and index');
    this.balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      // Chroma lives in one zone, functions in two.
      crossZoneEnabled: true,
      securityGroups: [this.securityGroup],
    });
  }

  /** Leads a port to these hosts; returns the address for functions. */
  forward(id: string, props: ForwardProps): string {
    const { port } = props;
    connect(this.network.functions, this.securityGroup, Port.tcp(port), `Functions to ${id.toLowerCase()}`);
    connect(this.securityGroup, props.securityGroup, Port.tcp(port), `Balancer to ${id.toLowerCase()}`);
    const listener = this.balancer.addListener(id, { port, protocol: Protocol.TCP });
    const targets = listener.addTargets(`${id}Hosts`, {
      port,
      protocol: Protocol.TCP,
      targets: [props.hosts],
      deregistrationDelay: Duration.seconds(60),
      healthCheck: {
        protocol: Protocol.HTTP,
        path: props.healthPath,
        interval: Duration.seconds(10),
        timeout: Duration.seconds(6),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    runbookAlarm(this, `${id}Alarm`, {
      meaning: props.meaning,
      runbook: props.runbook,
      metric: missingHosts(props.hosts, targets.metrics.healthyHostCount({ period: PERIOD, statistic: 'Maximum' })),
      above: 0,
      periods: 1 + Math.ceil(props.graceMinutes / PERIOD.toMinutes()),
    });
    return `http://${this.balancer.loadBalancerDnsName}:${port}`;
  }
}

/**
 * How many hosts are wanted and not healthy. A balancer counts nothing where no host could be started at all, which is
 * what a lack of GPUs looks like, and a clock may want none.
 */
function missingHosts({ autoScalingGroupName }: AutoScalingGroup, healthy: IMetric): MathExpression {
  const wanted = new Metric({
    namespace: 'AWS/AutoScaling',
    metricName: 'GroupDesiredCapacity',
    dimensionsMap: { AutoScalingGroupName: autoScalingGroupName },
    statistic: 'Maximum',
    period: PERIOD,
  });
  return new MathExpression({
    expression: 'wanted - FILL(healthy, 0)',
    label: 'missing hosts',
    usingMetrics: { wanted, healthy },
    period: PERIOD,
  });
}
