import { CfnEventSourceMapping, type EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { runbookAlarm } from './alarm.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface QueueWorkerProps {
  readonly worker: ServiceFunctionProps;
  readonly batchSize: number;
  /** Instances at most; what lies behind the worker is protected by it. AWS takes no less than 2. */
  readonly maxConcurrency: number;
  /** A message that waits longer than this is worth waking somebody. */
  readonly alarmAgeSeconds: number;
  /** Deliveries before a message goes to the dead-letter queue; default 5. */
  readonly maxDeliveries?: number;
}

/** Lambda asks for a visibility of at least six times the function's timeout. */
const VISIBILITY_FACTOR = 6;

/**
 * A queue with everything that it needs to be trusted: the function that empties it and reports failed messages one
 * by one, a dead-letter queue for what never succeeds, the rights to consume, and alarms for both.
 */
export class QueueWorker extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly worker: ServiceFunction;
  private readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    // SSE-SQS: S3 cannot send into a queue under the account's aws/sqs key, and its events would vanish.
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(props.worker.timeoutSeconds * VISIBILITY_FACTOR),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxDeliveries ?? 5 },
    });
    this.worker = new ServiceFunction(this, 'Worker', props.worker);
    this.worker.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      this.queue.queueArn,
    );
    this.source = this.worker.lambda.addEventSourceMapping('Source', {
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
    this.addAlarms(props);
  }

  /** Lets no more instances run at once than this; AWS takes no less than 2. */
  limit(maxConcurrency: number): void {
    const mapping = this.source.node.defaultChild;
    if (!(mapping instanceof CfnEventSourceMapping)) throw new Error('the queue has no event source');
    mapping.scalingConfig = { maximumConcurrency: maxConcurrency };
  }

  private addAlarms(props: QueueWorkerProps): void {
    const period = Duration.minutes(1);
    runbookAlarm(this, 'DeadLettersAlarm', {
      meaning: `Work of ${props.worker.name} was given up after repeated failure.`,
      runbook: 'dead-letters',
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      above: 0,
    });
    runbookAlarm(this, 'AgeAlarm', {
      meaning: `Work of ${props.worker.name} waits longer than ${props.alarmAgeSeconds} seconds.`,
      runbook: 'queue-falls-behind',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      above: props.alarmAgeSeconds,
      periods: 3,
    });
  }
}
