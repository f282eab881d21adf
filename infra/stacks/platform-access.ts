import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnParameter, type Stack } from 'aws-cdk-lib/core';
import { ServiceFunction } from '../constructs/service-function.ts';

/** Lambda's own work when it puts a function into a VPC; EC2 knows no narrower resource for it. */
export const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/**
 * Puts every function into the platform's VPC, where database, cache and models are, and sends every alarm to the
 * operator's topic. Call when all of them exist.
 */
export function joinPlatform(stack: Stack): void {
  const parameter = (name: string, type: string, description: string) =>
    new CfnParameter(stack, name, { type, description });
  const subnetIds = parameter('SubnetIds', 'List<AWS::EC2::Subnet::Id>', 'Private subnets of the functions');
  const securityGroupIds = parameter('SecurityGroupIds', 'List<AWS::EC2::SecurityGroup::Id>', 'Their security groups');
  const alarmTopicArn = parameter('AlarmTopicArn', 'String', 'SNS topic that alarms are sent to');

  for (const part of stack.node.findAll()) {
    if (part instanceof ServiceFunction) {
      part.allow(NETWORK_ACTIONS, '*');
      part.resource.vpcConfig = {
        subnetIds: subnetIds.valueAsList,
        securityGroupIds: securityGroupIds.valueAsList,
      };
    }
    if (part instanceof Alarm) {
      part.addAlarmAction({ bind: () => ({ alarmActionArn: alarmTopicArn.valueAsString }) });
    }
  }
}
