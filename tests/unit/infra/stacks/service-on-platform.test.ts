import { describe, expect, test } from 'vitest';
import { FUNCTION_ENTRIES } from '../../../../infra/build/function-entries.ts';
import { ARGUMENTS } from '../../../../infra/stacks/argued-findings.ts';
import { POOL_SIZES } from '../../../../infra/stacks/connection-budget.ts';
import { awsStacks } from './aws-stacks.ts';

const STACKS = awsStacks('prod');
const { service } = STACKS;

describe('the service stack on the platform', () => {
  const functions = service.ofType('AWS::Lambda::Function');

  test('leaves no finding of the AwsSolutions rules without an argument', () => {
    expect(service.findings.length).toBeGreaterThan(0);
    expect(service.findings.filter(({ isArgued }) => !isArgued)).toEqual([]);
  });

  test('carries references to secrets, never their values', () => {
    const secret = /PASSWORD_PEPPER|DATA_ENCRYPTION_KEY|VISITOR_TOKEN_SECRET|METRICS_TOKEN|DATABASE_URL|REDIS_URL/;
    const values = functions.flatMap(({ Properties }) =>
      Object.entries(Properties.Environment.Variables).filter(([name]) => secret.test(name)),
    );

    expect(values.length).toBeGreaterThan(30);
    expect(values.filter(([, value]) => !JSON.stringify(value).includes('{{resolve:secretsmanager:'))).toEqual([]);
  });

  test('stays within the 60 references to secrets that CloudFormation takes in a template', () => {
    const references = JSON.stringify(service.resources).match(/\{\{resolve:/g) ?? [];

    expect(references.length).toBeLessThanOrEqual(60);
  });

  test('seals variables and buckets with the platform’s key', () => {
    const buckets = service.ofType('AWS::S3::Bucket').map(({ Properties }) => Properties.BucketEncryption);

    expect(functions.filter(({ Properties }) => Properties.KmsKeyArn === undefined)).toEqual([]);
    for (const { ServerSideEncryptionConfiguration } of buckets) {
      expect(ServerSideEncryptionConfiguration[0]).toMatchObject({
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
      });
    }
  });

  test('bounds the instances of every function that people drive, and the connections of each', () => {
    const unbounded = functions.filter(({ Properties }) => Properties.ReservedConcurrentExecutions === undefined);
    const names = unbounded.map(({ Metadata }) => Metadata?.['understudy:function']);

    expect(names.sort()).toEqual([
      'ai-sweep',
      'auth-rotate-keys',
      'auth-warn-spending',
      'channel-sweep-connections',
      'hub-seal-audit',
      'migrate',
    ]);
    const pools = functions.map(({ Metadata, Properties }) => [
      Metadata?.['understudy:function'],
      Properties.Environment.Variables.DATABASE_POOL_SIZE,
    ]);
    const planned = Object.keys(FUNCTION_ENTRIES).map((name) => [
      name,
      name === 'migrate' ? undefined : String(POOL_SIZES[name as keyof typeof POOL_SIZES]),
    ]);
    expect(Object.fromEntries(pools)).toEqual(Object.fromEntries(planned));
  });

  test.each([
    ['turns at once as the hosts bear', 'ai-generate', 40],
    ['documents at once as are planned', 'ai-ingest', 5],
  ])('takes as many %s, and has an instance for each', (_, name, atOnce) => {
    const worker = functions.find(({ Metadata }) => Metadata?.['understudy:function'] === name);
    const mapping = service
      .ofType('AWS::Lambda::EventSourceMapping')
      .find(({ Properties }) => Properties.FunctionName.Ref === worker?.logicalId);

    expect(mapping?.Properties.ScalingConfig).toEqual({ MaximumConcurrency: atOnce });
    expect(worker?.Properties.ReservedConcurrentExecutions).toBe(atOnce);
  });

  test('hears of verdicts: the bucket tells EventBridge, and EventBridge may send to the queue', () => {
    const uploads = service.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Uploads'));
    const policies = service.ofType('AWS::SQS::QueuePolicy').map(({ Properties }) => JSON.stringify(Properties));

    expect(uploads?.Properties.NotificationConfiguration).toMatchObject({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
      QueueConfigurations: [expect.anything()],
    });
    const admitting = policies.filter((policy) => policy.includes('events.amazonaws.com'));
    expect(admitting).toHaveLength(1);
    expect(admitting[0]).toContain('sqs:SendMessage');
    expect(admitting[0]).toMatch(/"Queues":\[\{"Ref":"AiIngestQueue/);
  });

  test('lets no upload be read before GuardDuty has looked at it', () => {
    const ingest = service
      .ofType('AWS::Lambda::Function')
      .find(({ Metadata }) => Metadata?.['understudy:function'] === 'ai-ingest');

    expect(ingest?.Properties.Environment.Variables.MALWARE_SCANNER).toBe('guardduty');
  });
});

test('every argument speaks for a finding that there is, and says something', () => {
  const all = [STACKS, awsStacks('dev')].flatMap((stacks) => Object.values(stacks).flatMap(({ findings }) => findings));

  const idle = ARGUMENTS.filter(({ rule, where }) => !all.some((one) => rule.test(one.rule) && where.test(one.path)));

  expect(idle).toEqual([]);
  expect(ARGUMENTS.filter(({ reason }) => reason.length < 30)).toEqual([]);
});
