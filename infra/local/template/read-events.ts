import * as z from 'zod';
import { functionIdOf, parseProperties } from './parse-properties.ts';
import type { Items } from './read-stack.ts';
import type { BucketModel, ConsumerModel, QueueModel } from './stack-model.ts';
import { ACCOUNT, physicalName, queueArn, type StackSurroundings } from './stack-references.ts';

const QueueProperties = z.object({
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  DelaySeconds: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  MaximumMessageSize: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
});

export function readQueues(items: Items, surroundings: StackSurroundings): readonly QueueModel[] {
  const models = items('AWS::SQS::Queue').map((item): QueueModel => {
    const name = physicalName(item.logicalId);
    const attributes = Object.entries(parseProperties(QueueProperties, item)).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
    );
    const url = `${surroundings.awsEndpointUrl}/${ACCOUNT}/${name}`;
    return { logicalId: item.logicalId, name, url, arn: queueArn(name), attributes: Object.fromEntries(attributes) };
  });
  // A dead-letter queue has to exist before the queue that names it.
  return models.sort((a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes));
}

const QueueConfiguration = z.object({
  Event: z.string(),
  Queue: z.string(),
  Filter: z
    .object({ S3Key: z.object({ Rules: z.array(z.object({ Name: z.string(), Value: z.string() })) }) })
    .optional(),
});
const CorsRule = z.object({
  AllowedOrigins: z.array(z.string()),
  AllowedMethods: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.number().optional(),
});
const BucketProperties = z.object({
  CorsConfiguration: z.object({ CorsRules: z.array(CorsRule) }).optional(),
  VersioningConfiguration: z.object({ Status: z.string() }).optional(),
  NotificationConfiguration: z.strictObject({ QueueConfigurations: z.array(QueueConfiguration) }).optional(),
});

export function readBuckets(items: Items): readonly BucketModel[] {
  return items('AWS::S3::Bucket').map((item): BucketModel => {
    const properties = parseProperties(BucketProperties, item);
    const notifications = (properties.NotificationConfiguration?.QueueConfigurations ?? []).map((entry) => {
      const rule = (name: string) =>
        entry.Filter?.S3Key.Rules.find((candidate) => candidate.Name.toLowerCase() === name)?.Value ?? '';
      return { event: entry.Event, queueArn: entry.Queue, prefix: rule('prefix'), suffix: rule('suffix') };
    });
    return {
      logicalId: item.logicalId,
      name: physicalName(item.logicalId),
      versioned: properties.VersioningConfiguration?.Status === 'Enabled',
      cors: properties.CorsConfiguration?.CorsRules,
      notifications,
    };
  });
}

const MappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  Enabled: z.boolean().default(true),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
});

/** Lambda's own pollers take up to this many batches at once when the mapping sets no limit. */
const DEFAULT_CONCURRENCY = 64;

export function readConsumers(items: Items): readonly ConsumerModel[] {
  return items('AWS::Lambda::EventSourceMapping').flatMap((item): ConsumerModel[] => {
    const mapping = parseProperties(MappingProperties, item);
    if (!mapping.Enabled) return [];
    const functionId = mapping.FunctionName.includes(':')
      ? functionIdOf(mapping.FunctionName, item)
      : mapping.FunctionName;
    return [
      {
        logicalId: item.logicalId,
        functionId,
        queueArn: mapping.EventSourceArn,
        batchSize: mapping.BatchSize,
        maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
        reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      },
    ];
  });
}
