import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Where alarms of all stacks go; the address is asked once by mail whether it wants them. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: { readonly key: IKey; readonly email: string }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Understudy alarms', masterKey: props.key, enforceSSL: true });
    this.topic.addSubscription(new EmailSubscription(props.email));
    // Asking for TLS gives the topic a policy of its own, and with that it loses the one by which the account may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*` },
        },
      }),
    );
  }

  /** Sends every alarm within `scope` here. Call when all of them exist. */
  hear(scope: Construct): void {
    for (const part of scope.node.findAll()) {
      if (part instanceof Alarm) part.addAlarmAction({ bind: () => ({ alarmActionArn: this.topic.topicArn }) });
    }
  }
}
