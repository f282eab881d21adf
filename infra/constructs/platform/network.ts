import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface NetworkProps {
  readonly natGateways: number;
}

/**
 * Two zones with three kinds of subnets: `public` holds the NAT and nothing else, `private` the functions and hosts,
 * `data` what never speaks first. Nothing in here has an address of the internet but the NAT.
 *
 * S3 is reached through a gateway endpoint, which is free. Interface endpoints are not used: functions need the NAT
 * for `@connections` anyway, and one endpoint in two zones pays only from some 400 GB a month on (docs/scaling.md).
 * An endpoint of `execute-api` with private DNS would even turn every post to a socket into a 403.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** Of the functions: out to the web and to the parts that let it in, and nothing in. */
  readonly functions: SecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
      maxAzs: 2,
      natGateways: props.natGateways,
      gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      flowLogs: {
        Refused: {
          destination: FlowLogDestination.toCloudWatchLogs(
            new LogGroup(this, 'Flows', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
          ),
          trafficType: FlowLogTrafficType.REJECT,
        },
      },
    });
    this.functions = this.securityGroup('Functions', 'Functions of the service stack');
    // Sockets, mail, queues, and the web pages that creators name, which may still be http.
    this.functions.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS and the web');
    this.functions.addEgressRule(Peer.anyIpv4(), Port.tcp(80), 'Web pages named by creators');
  }

  /** A group that lets nothing in or out until a rule says so. */
  securityGroup(id: string, description: string): SecurityGroup {
    const group = new SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
    // EC2 lets a group out everywhere unless it is made with a rule, and rules between groups are made after them.
    group.addEgressRule(Peer.ipv4('127.0.0.1/32'), Port.tcp(1), 'Nowhere else');
    return group;
  }
}

/** Lets `from` reach `to` at exactly these ports, at both ends. */
export function connect(from: SecurityGroup, to: SecurityGroup, port: Port, why: string): void {
  from.addEgressRule(to, port, why);
  to.addIngressRule(from, port, why);
}
