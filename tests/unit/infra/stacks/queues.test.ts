import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { RUNBOOK_SECTIONS } from '../../../../infra/constructs/alarm.ts';
import { serviceTemplate } from './service-template.ts';

describe('queues', () => {
  const stack = serviceTemplate();
  const queues = stack.ofType('AWS::SQS::Queue');
  const deadLetterIds = queues.flatMap(({ Properties }) => {
    const policy = Properties.RedrivePolicy;
    return policy ? [policy.deadLetterTargetArn['Fn::GetAtt'][0] as string] : [];
  });

  test('have a dead-letter queue each, which keeps what it gets for two weeks', () => {
    const working = queues.filter(({ logicalId }) => !deadLetterIds.includes(logicalId));
    const dead = queues.filter(({ logicalId }) => deadLetterIds.includes(logicalId));

    expect(working).toHaveLength(2);
    expect(working.map(({ Properties }) => Properties.RedrivePolicy.maxReceiveCount)).toEqual([5, 5]);
    expect(dead).toHaveLength(2);
    expect(dead.map(({ Properties }) => Properties.MessageRetentionPeriod)).toEqual([1_209_600, 1_209_600]);
  });

  test('are encrypted by SQS itself, so that S3 can send into them', () => {
    const attributes = queues.map(({ Properties }) => [Properties.SqsManagedSseEnabled, Properties.KmsMasterKeyId]);

    expect(attributes).toEqual(queues.map(() => [true, undefined]));
  });

  test.each(['ai-ingest', 'ai-generate'])('that feed %s hide a message for six times the function’s time', (name) => {
    const worker = stack.functionNamed(name);
    const source = stack
      .ofType('AWS::Lambda::EventSourceMapping')
      .find(({ Properties }) => Properties.FunctionName.Ref === worker.logicalId);
    const queueId = source?.Properties.EventSourceArn['Fn::GetAtt'][0];
    const queue = queues.find(({ logicalId }) => logicalId === queueId);

    expect(queue?.Properties.VisibilityTimeout).toBe(6 * worker.Properties.Timeout);
    expect(source?.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(source?.Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
    expect(source?.Properties.BatchSize).toBeLessThanOrEqual(10);
  });

  test('raise an alarm at the first dead letter', () => {
    for (const id of deadLetterIds) {
      stack.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmDescription: Match.stringLikeRegexp('docs/runbook\\.md#dead-letters$'),
      });
    }
  });
});

describe('alarms', () => {
  const descriptions = (onPlatform: boolean) =>
    serviceTemplate({ onPlatform })
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => ({ text: String(Properties.AlarmDescription), actions: Properties.AlarmActions }));

  test('name a section of the runbook, and each section has its alarm', () => {
    const named = descriptions(false).map(({ text }) => /docs\/runbook\.md#([a-z-]+)$/.exec(text)?.[1]);

    expect(new Set(named)).toEqual(new Set(RUNBOOK_SECTIONS));
  });

  test('watch what functions tell of themselves, where no service of AWS sees it', () => {
    const watched = serviceTemplate()
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.Namespace === 'Understudy')
      .map(({ Properties: { MetricName, Dimensions } }) => {
        const [service, stage] = Dimensions;
        expect([service.Name, stage]).toEqual(['service', { Name: 'stage', Value: { Ref: 'Stage' } }]);
        return `${MetricName} of ${service.Value}`;
      });

    expect(watched.sort()).toEqual(['AuditSealBroken of hub', 'SocketFailure of ai', 'SocketFailure of channel']);
  });

  test('reach the operator on the platform', () => {
    const actions = descriptions(true).map((alarm) => alarm.actions);

    expect(actions.length).toBeGreaterThan(5);
    expect(actions).toEqual(actions.map(() => ['arn:aws:sns:eu-central-1:000000000000:alarms']));
  });
});
