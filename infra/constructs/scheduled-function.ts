import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { runbookAlarm } from './alarm.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface ScheduledFunctionProps {
  readonly worker: ServiceFunctionProps;
  /** An EventBridge rate: `rate(5 minutes)`. */
  readonly schedule: `rate(${string})`;
}

/** A function that EventBridge starts at a fixed rate, with an alarm for runs that keep failing. */
export class ScheduledFunction extends Construct {
  readonly worker: ServiceFunction;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    this.worker = new ServiceFunction(this, 'Worker', props.worker);
    const rule = new CfnRule(this, 'Schedule', {
      description: `Starts ${props.worker.name}`,
      scheduleExpression: props.schedule,
      state: 'ENABLED',
      targets: [{ id: props.worker.name, arn: this.worker.lambda.functionArn }],
    });
    this.worker.lambda.addPermission('MayBeScheduled', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: rule.attrArn,
    });
    runbookAlarm(this, 'Alarm', {
      meaning: `Runs of ${props.worker.name} keep failing.`,
      runbook: 'scheduled-work-fails',
      metric: this.worker.lambda.metricErrors({ period: Duration.minutes(15) }),
      above: 2,
    });
  }
}
