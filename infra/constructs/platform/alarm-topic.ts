import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Where alarms of all stacks go; the address is asked once by mail whether it wants them. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: { readonly key: IKey; readonly email: string }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Understudy alarms', masterKey: props.key, enforceSSL: true });
    this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /** Sends every alarm within `scope` here. Call when all of them exist. */
  hear(scope: Construct): void {
    for (const part of scope.node.findAll()) {
      if (part instanceof Alarm) part.addAlarmAction({ bind: () => ({ alarmActionArn: this.topic.topicArn }) });
    }
  }
}
