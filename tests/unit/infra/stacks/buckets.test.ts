import { Match } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { ServiceStack } from '../../../../infra/stacks/service-stack.ts';
import { inTemporaryAssembly, makeBuildFolder, serviceTemplate } from './service-template.ts';

const stack = serviceTemplate();
const buckets = stack.ofType('AWS::S3::Bucket');
const uploads = buckets.find(({ logicalId }) => logicalId.startsWith('Uploads'));
const library = buckets.find(({ logicalId }) => logicalId.startsWith('Library'));

test('there are two buckets: one for uploads, one for the library', () => {
  expect(buckets).toHaveLength(2);
  expect(uploads).toBeDefined();
  expect(library).toBeDefined();
});

test('every new upload notifies the ingest queue, and the library notifies nobody', () => {
  const source = stack
    .ofType('AWS::Lambda::EventSourceMapping')
    .find(({ Properties }) => Properties.FunctionName.Ref === stack.functionNamed('ai-ingest').logicalId);

  expect(uploads?.Properties.NotificationConfiguration).toEqual({
    QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: source?.Properties.EventSourceArn }],
  });
  expect(library?.Properties.NotificationConfiguration).toBeUndefined();
});

test('S3 may send for this account’s and this stack’s buckets only, and the permission stands before the bucket', () => {
  const policies = stack
    .ofType('AWS::SQS::QueuePolicy')
    .filter(({ Properties }) => JSON.stringify(Properties).includes('s3.amazonaws.com'));
  const [policy] = policies;

  expect(policies).toHaveLength(1);
  expect(uploads?.DependsOn).toContain(policy?.logicalId);
  expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 's3.amazonaws.com' },
      Condition: {
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::understudy-*']] } },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    }),
  );
});

test('a stack name that bucket names cannot begin with is refused', () => {
  const make = (outdir: string) =>
    new ServiceStack(new App({ outdir }), 'ServiceStack', {
      stackName: 'Understudy',
      buildFolder: makeBuildFolder(),
    });

  expect(() => inTemporaryAssembly(make)).toThrow(/lower case/);
});

test('uploads are versioned and gone after a day', () => {
  const rules = uploads?.Properties.LifecycleConfiguration.Rules;

  expect(uploads?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(rules).toContainEqual(
    expect.objectContaining({ ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
  );
});

test('browsers may post to uploads and do nothing else, and to the library nothing', () => {
  const [rule, another] = uploads?.Properties.CorsConfiguration.CorsRules ?? [];

  expect(another).toBeUndefined();
  expect(rule.AllowedMethods).toEqual(['POST']);
  expect(rule.AllowedOrigins).not.toContain('*');
  expect(library?.Properties.CorsConfiguration).toBeUndefined();
});

test.each(buckets)(
  '$logicalId is closed to the public, encrypted and reached by TLS only',
  ({ logicalId, Properties }) => {
    expect(new Set(Object.values(Properties.PublicAccessBlockConfiguration))).toEqual(new Set([true]));
    expect(Properties.BucketEncryption).toBeDefined();
    stack.template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: logicalId },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  },
);
