import { describe, expect, test } from 'vitest';
import { awsStacks } from './aws-stacks.ts';

describe('the edge of production', () => {
  const { edge } = awsStacks('prod');

  test('leaves no finding of the AwsSolutions rules without an argument', () => {
    expect(edge.findings.length).toBeGreaterThan(0);
    expect(edge.findings.filter(({ isArgued }) => !isArgued)).toEqual([]);
  });

  test('puts the firewall before the stage of the REST API', () => {
    const [association] = edge.ofType('AWS::WAFv2::WebACLAssociation');
    const [acl] = edge.ofType('AWS::WAFv2::WebACL');

    expect(JSON.stringify(association?.Properties.ResourceArn)).toContain('/restapis/');
    expect(JSON.stringify(association?.Properties.ResourceArn)).toContain('/stages/api');
    expect(acl?.Properties.Scope).toBe('REGIONAL');
    expect(acl?.Properties.Rules).toHaveLength(4);
  });

  test('answers an address beyond its ceiling with the error envelope, and says when to come back', () => {
    const { Rules, CustomResponseBodies } = edge.ofType('AWS::WAFv2::WebACL')[0]?.Properties ?? {};
    const response = Rules?.[0]?.Action.Block.CustomResponse;
    const headers = response.ResponseHeaders.map(({ Name, Value }: Record<string, string>) => [Name, Value]);
    const body = CustomResponseBodies[response.CustomResponseBodyKey];

    expect(response.ResponseCode).toBe(429);
    expect(Object.fromEntries(headers)).toMatchObject({ 'Retry-After': '60', 'Access-Control-Allow-Origin': '*' });
    expect(body.ContentType).toBe('APPLICATION_JSON');
    expect(JSON.parse(body.Content)).toMatchObject({ error: { code: 'RATE_LIMITED', details: {}, timestamp: null } });
  });

  test('counts what looks suspicious in a body, and refuses none for it', () => {
    const rules = edge.ofType('AWS::WAFv2::WebACL')[0]?.Properties.Rules ?? [];
    const overrides = rules.flatMap(
      (rule: { Statement: { ManagedRuleGroupStatement?: { RuleActionOverrides: unknown[] } } }) =>
        rule.Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
    );

    const named = overrides.map(({ Name }: { Name: string }) => Name);
    expect(named).toEqual(expect.arrayContaining(['CrossSiteScripting_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY']));
    expect(overrides).toEqual(named.map((Name: string) => ({ Name, ActionToUse: { Count: {} } })));
  });

  test('has every upload scanned, and the verdict sent into the ingest queue', () => {
    const [plan] = edge.ofType('AWS::GuardDuty::MalwareProtectionPlan');
    const [rule] = edge.ofType('AWS::Events::Rule');

    expect(plan?.Properties.ProtectedResource.S3Bucket.ObjectPrefixes).toEqual(['creators/']);
    expect(rule?.Properties.EventPattern).toMatchObject({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
    });
    expect(rule?.Properties.Targets).toHaveLength(1);
    expect(JSON.stringify(rule?.Properties.Targets[0].Arn)).toContain('AiIngestQueue');
    expect(plan?.DependsOn).toContain(rule?.logicalId);
  });

  test('speaks TLS 1.3 only, on the web’s name and on the API’s', () => {
    const [distribution] = edge.ofType('AWS::CloudFront::Distribution');
    const [name] = edge.ofType('AWS::ApiGateway::DomainName');

    const { ViewerCertificate, DefaultCacheBehavior } = distribution?.Properties.DistributionConfig ?? {};
    expect(ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.3_2025');
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
    expect(DefaultCacheBehavior.ResponseHeadersPolicyId).toBeDefined();
    expect(name?.Properties.SecurityPolicy).toBe('SecurityPolicy_TLS13_1_3_2025_09');
  });
});

test('without a name there is no CloudFront, and the API serves its files itself', () => {
  const { edge } = awsStacks('dev');

  expect(edge.ofType('AWS::CloudFront::Distribution')).toEqual([]);
  expect(edge.ofType('AWS::WAFv2::WebACL')).toHaveLength(1);
  expect(edge.findings.filter(({ isArgued }) => !isArgued)).toEqual([]);
});
