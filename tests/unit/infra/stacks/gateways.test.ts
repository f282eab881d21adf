import { describe, expect, test } from 'vitest';
import { STATUS_OF_CODE } from '../../../../shared/errors/error-codes.ts';
import { ErrorBody } from '../../../../shared/errors/error-envelope.ts';
import { serviceTemplate } from './service-template.ts';

const stack = serviceTemplate();

describe('the REST API', () => {
  test('leads every path of the contract to the service it belongs to', () => {
    const resources = new Map(stack.ofType('AWS::ApiGateway::Resource').map((one) => [one.logicalId, one.Properties]));
    const pathOf = (id: string | undefined): string => {
      const resource = id && resources.get(id);
      return resource ? `${pathOf(resource.ParentId.Ref)}/${resource.PathPart}` : '';
    };
    const nameOf = new Map(
      stack.ofType('AWS::Lambda::Function').map((one) => [one.logicalId, one.Metadata?.['understudy:function']]),
    );

    const routes = stack.ofType('AWS::ApiGateway::Method').map(({ Properties }) => {
      const target = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(JSON.stringify(Properties.Integration.Uri))?.[1] ?? '';
      return `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref) || '/'} → ${nameOf.get(target)}`;
    });

    expect(routes.sort()).toEqual([
      'ANY / → auth-api',
      'ANY /.well-known/jwks.json → auth-api',
      'ANY /health → auth-api',
      'ANY /metrics → auth-api',
      'ANY /openapi.json → auth-api',
      'ANY /ready → auth-api',
      'ANY /v1/ai/{proxy+} → ai-api',
      'ANY /v1/auth/{proxy+} → auth-api',
      'ANY /v1/channel/{proxy+} → channel-api',
      'ANY /v1/hub/{proxy+} → hub-api',
      'ANY /{proxy+} → auth-api',
    ]);
  });

  test('answers by itself in the error envelope, with the status that belongs to the code', () => {
    const answers = stack.ofType('AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties);

    for (const answer of answers) {
      const { error } = JSON.parse(answer.ResponseTemplates['application/json']);
      const { timestamp, ...rest } = error;
      expect(timestamp).toBeNull();
      expect(ErrorBody.omit({ timestamp: true }).strict().parse(rest).request_id).toBe('$context.requestId');
      expect(Number(answer.StatusCode)).toBe(STATUS_OF_CODE[error.code as keyof typeof STATUS_OF_CODE]);
      expect(answer.ResponseParameters['gatewayresponse.header.X-Request-ID']).toBe('context.requestId');
      expect(answer.ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe("'*'");
      expect(answer.ResponseParameters['gatewayresponse.header.Access-Control-Expose-Headers']).toContain(
        'Retry-After',
      );
    }
    const statuses = new Map(answers.map((answer) => [answer.ResponseType, answer.StatusCode]));
    expect(statuses.get('REQUEST_TOO_LARGE')).toBe('413');
    expect(statuses.get('THROTTLED')).toBe('429');
    expect(statuses.get('INTEGRATION_TIMEOUT')).toBe('504');
    expect(statuses.get('MISSING_AUTHENTICATION_TOKEN')).toBe('404');
    expect([...statuses.keys()]).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX']));
  });

  test('is deployed after all of its methods and answers', () => {
    const [deployment] = stack.ofType('AWS::ApiGateway::Deployment');
    const parts = [...stack.ofType('AWS::ApiGateway::Method'), ...stack.ofType('AWS::ApiGateway::GatewayResponse')].map(
      ({ logicalId }) => logicalId,
    );

    expect(deployment?.DependsOn).toEqual(expect.arrayContaining(parts));
  });
});

test('the WebSocket API has three routes, all of them to one function', () => {
  const routes = stack.ofType('AWS::ApiGatewayV2::Route');
  const [integration, another] = stack.ofType('AWS::ApiGatewayV2::Integration');

  expect(routes.map(({ Properties }) => Properties.RouteKey).sort()).toEqual(['$connect', '$default', '$disconnect']);
  expect(another).toBeUndefined();
  expect(JSON.stringify(integration?.Properties.IntegrationUri)).toContain(
    stack.functionNamed('channel-socket').logicalId,
  );
});

test('the WebSocket API has a throttle of its own, below the account’s', () => {
  const [stage] = stack.ofType('AWS::ApiGatewayV2::Stage');

  expect(stage?.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 1_000 });
});

test('whoever calls a function was given the permission, for this stack’s APIs and rules only', () => {
  const permissions = stack.ofType('AWS::Lambda::Permission');
  const called = permissions.map(({ Properties }) => Properties.FunctionName['Fn::GetAtt'][0]);

  expect(permissions.every(({ Properties }) => Properties.SourceArn !== undefined)).toBe(true);
  const byApi = ['auth-api', 'hub-api', 'ai-api', 'channel-api', 'channel-socket'];
  const bySchedule = [
    'auth-rotate-keys',
    'auth-warn-spending',
    'hub-seal-audit',
    'ai-sweep',
    'channel-sweep-connections',
  ];
  expect(called.sort()).toEqual([...byApi, ...bySchedule].map((name) => stack.functionNamed(name).logicalId).sort());
});
