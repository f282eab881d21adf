import { describe, expect, test } from 'vitest';
import { readStack } from '../../../../../infra/local/template/read-stack.ts';
import { Template } from '../../../../../infra/local/template/template.ts';

const uri = (id: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:aws:apigateway:',
      { Ref: 'AWS::Region' },
      ':lambda:path/functions/',
      { 'Fn::GetAtt': [id, 'Arn'] },
      '/invocations',
    ],
  ],
});

const RESOURCES = {
  Api: {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'understudy:function': 'auth-api' },
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: 'aaa.zip' },
      Handler: 'index.handler',
      Timeout: 29,
      MemorySize: 1024,
      Environment: {
        Variables: {
          QUEUE: { Ref: 'Work' },
          BUCKET: { Ref: 'Files' },
          TOOL: '/opt/tool/run.mjs',
          STAGE: { Ref: 'Stage' },
        },
      },
      Layers: [{ Ref: 'Tools' }],
    },
  },
  Tools: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Bucket: 'assets', S3Key: 'bbb.zip' } } },
  Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
  Work: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 174,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    },
  },
  Files: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      NotificationConfiguration: {
        QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: { 'Fn::GetAtt': ['Work', 'Arn'] } }],
      },
    },
  },
  Source: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      FunctionName: { Ref: 'Api' },
      EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  Every: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ Id: 'x', Arn: { 'Fn::GetAtt': ['Api', 'Arn'] } }],
    },
  },
  Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
  V1: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { RestApiId: { Ref: 'Rest' }, ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] }, PathPart: 'v1' },
  },
  Proxy: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { RestApiId: { Ref: 'Rest' }, ParentId: { Ref: 'V1' }, PathPart: '{proxy+}' },
  },
  AnyProxy: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      HttpMethod: 'ANY',
      ResourceId: { Ref: 'Proxy' },
      Integration: { Type: 'AWS_PROXY', Uri: uri('Api') },
    },
  },
  AnyRoot: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      HttpMethod: 'GET',
      ResourceId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
      Integration: { Type: 'AWS_PROXY', Uri: uri('Api') },
    },
  },
  Schema: { Type: 'Custom::Migrations', Properties: { ServiceToken: { 'Fn::GetAtt': ['Api', 'Arn'] }, Hash: 'x' } },
  Role: { Type: 'AWS::IAM::Role', Properties: { Whatever: { 'Fn::Unheard': 1 } } },
};

const read = (extra: Record<string, unknown> = {}, without: readonly string[] = []) => {
  const resources = Object.fromEntries(
    Object.entries({ ...RESOURCES, ...extra }).filter(([id]) => !without.includes(id)),
  );
  const template = Template.parse({
    Parameters: { Stage: { Type: 'String' }, Place: { Type: 'String', Default: 'here' } },
    Conditions: { Elsewhere: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Place' }, 'here'] }] } },
    Resources: resources,
  });
  return readStack(
    { template, assetFolder: (hash) => `/assets/${hash}` },
    { stackName: 'understudy', parameters: { Stage: 'test' }, awsEndpointUrl: 'http://127.0.0.1:4566' },
  );
};

describe('the stack as the local host runs it', () => {
  test('a function gets its code, limits and resolved variables, with the layer in place of /opt', () => {
    const model = read().functions.get('Api');

    expect(model).toMatchObject({ name: 'auth-api', codeFolder: '/assets/aaa', timeoutMs: 29_000, memoryMb: 1024 });
    expect(model?.environment).toEqual({
      QUEUE: 'http://127.0.0.1:4566/000000000000/work',
      BUCKET: 'files',
      TOOL: '/assets/bbb/tool/run.mjs',
      STAGE: 'test',
    });
  });

  test('a dead-letter queue comes before the queue that names it', () => {
    const { queues } = read();

    expect(queues.map((queue) => queue.name)).toEqual(['dead', 'work']);
    expect(JSON.parse(queues[1]?.attributes.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: queues[0]?.arn,
      maxReceiveCount: 5,
    });
  });

  test('routes, consumers, schedules, notifications and custom resources lead to the function', () => {
    const stack = read();

    expect(stack.rest.routes.map(({ resource, method, functionId }) => [method, resource, functionId])).toEqual([
      ['ANY', '/v1/{proxy+}', 'Api'],
      ['GET', '/', 'Api'],
    ]);
    expect(stack.consumers).toMatchObject([
      { functionId: 'Api', batchSize: 5, maxConcurrency: 2, reportsItemFailures: true },
    ]);
    expect(stack.schedules).toMatchObject([{ functionId: 'Api', everyMs: 300_000 }]);
    expect(stack.buckets[0]?.notifications).toMatchObject([
      { event: 's3:ObjectCreated:*', queueArn: stack.queues[1]?.arn },
    ]);
    expect(stack.customResources).toMatchObject([{ type: 'Custom::Migrations', functionId: 'Api' }]);
  });

  test('a resource whose condition does not hold is not there', () => {
    const stack = read({ Extra: { Type: 'AWS::SQS::Queue', Condition: 'Elsewhere', Properties: {} } });

    expect(stack.queues.map((queue) => queue.logicalId)).not.toContain('Extra');
  });

  test.each([
    ['an unknown resource type', { Table: { Type: 'AWS::DynamoDB::Table' } }, /AWS::DynamoDB::Table \(Table\)/],
    [
      'another integration',
      {
        AnyRoot: {
          ...RESOURCES.AnyRoot,
          Properties: { ...RESOURCES.AnyRoot.Properties, Integration: { Type: 'MOCK' } },
        },
      },
      /AWS_PROXY/,
    ],
    [
      'a cron schedule',
      {
        Every: {
          ...RESOURCES.Every,
          Properties: { ...RESOURCES.Every.Properties, ScheduleExpression: 'cron(0 1 * * ? *)' },
        },
      },
      /cron/,
    ],
    [
      'a reference to nothing',
      { Work: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { Ref: 'Nobody' } } } },
      /Nobody/,
    ],
    [
      'a malformed function',
      { Api: { Type: 'AWS::Lambda::Function', Properties: { Handler: 1 } } },
      /AWS::Lambda::Function Api/,
    ],
  ])('%s stops the host with one line', (_, extra, line) => {
    const attempt = () => read(extra);

    expect(attempt).toThrow(line);
    expect(attempt).toThrow(/^[^\n]+$/);
  });

  test('a parameter without a value stops the host', () => {
    const template = Template.parse({
      Parameters: { Url: { Type: 'String' } },
      Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { Ref: 'Url' } } } },
    });
    const attempt = () =>
      readStack(
        { template, assetFolder: (hash) => hash },
        { stackName: 's', parameters: {}, awsEndpointUrl: 'http://x' },
      );

    expect(attempt).toThrow(/parameter Url/);
  });
});
