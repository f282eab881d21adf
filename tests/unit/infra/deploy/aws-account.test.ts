import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAwsAccount } from '../../../../infra/deploy/aws-account.ts';
import { AwsRefusal } from '../../../../infra/deploy/signed-requests.ts';

const ses = mockClient(SESv2Client);

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  ses.reset();
  vi.unstubAllEnvs();
});

function answering(status: number, body: unknown) {
  const sent: { url: string; init: RequestInit }[] = [];
  const fake = async (url: string | URL | Request, init: RequestInit = {}) => {
    sent.push({ url: String(url), init });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
  return { sent, account: openAwsAccount('eu-central-1', fake as typeof fetch) };
}

test('asks STS in the region who is calling, with a signature for STS', async () => {
  const { sent, account } = answering(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
      <Arn>arn:aws:iam::111122223333:user/operator</Arn><UserId>AIDEXAMPLE</UserId><Account>111122223333</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );

  const identity = await account.identity();

  expect(identity).toEqual({ account: '111122223333', arn: 'arn:aws:iam::111122223333:user/operator' });
  expect(sent[0]?.url).toBe('https://sts.eu-central-1.amazonaws.com/');
  expect(new Headers(sent[0]?.init.headers).get('authorization')).toMatch(
    /Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/sts\/aws4_request/,
  );
});

test('asks Service Quotas for one quota', async () => {
  const { sent, account } = answering(200, { Quota: { Value: 8 } });

  expect(await account.quota('ec2', 'L-DB2E81BA')).toBe(8);
  expect(sent[0]?.init.body).toBe('{"ServiceCode":"ec2","QuotaCode":"L-DB2E81BA"}');
  expect(new Headers(sent[0]?.init.headers).get('x-amz-target')).toBe('ServiceQuotasV20190624.GetServiceQuota');
});

test('asks EC2 for the zones that have a type of instance', async () => {
  const { sent, account } = answering(
    200,
    `<DescribeInstanceTypeOfferingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instanceTypeOfferingSet>
      <item><instanceType>g6.xlarge</instanceType><location>eu-central-1b</location></item>
      <item><instanceType>g6.xlarge</instanceType><location>eu-central-1a</location></item>
    </instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>`,
  );

  expect(await account.instanceZones('g6.xlarge')).toEqual(['eu-central-1a', 'eu-central-1b']);
  expect(sent[0]?.url).toBe('https://ec2.eu-central-1.amazonaws.com/');
  expect(Object.fromEntries(new URLSearchParams(String(sent[0]?.init.body)))).toMatchObject({
    Action: 'DescribeInstanceTypeOfferings',
    'Filter.1.Value.1': 'g6.xlarge',
  });
});

test('knows a region that the CDK has not been set up in', async () => {
  const { account } = answering(400, { __type: 'ParameterNotFound' });

  expect(await account.bootstrapVersion()).toBeUndefined();
});

test('knows a stack that has not been deployed, whatever stands before the reason', async () => {
  const name = 'understudy-staging-platform';
  const { account } = answering(
    400,
    `<?xml version="1.0" encoding="UTF-8"?>
    <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
      <Error>
        <Type>Sender</Type>
        <Code>ValidationError</Code>
        <Message>Stack with id ${name} does not exist</Message>
      </Error>
      <RequestId>8f6b1a52-6d0b-4f0e-9a57-3d2f9d7b6d11</RequestId>
    </ErrorResponse>`,
  );

  expect(await account.stackOutputs(name)).toBeUndefined();
});

test('asks an emulator at its own address, signed for the service that is meant', async () => {
  const sent: { url: string; authorization: string | null }[] = [];
  const fake = async (url: string | URL | Request, init: RequestInit = {}) => {
    sent.push({ url: String(url), authorization: new Headers(init.headers).get('authorization') });
    return new Response('{"Parameter":{"Value":"30"}}');
  };
  const account = openAwsAccount('us-east-1', fake as typeof fetch, 'http://127.0.0.1:4566');

  expect(await account.bootstrapVersion()).toBe(30);
  expect(sent).toEqual([
    { url: 'http://127.0.0.1:4566/', authorization: expect.stringContaining('/us-east-1/ssm/aws4_request') },
  ]);
});

test('hands on what AWS said when it refuses', async () => {
  const { account } = answering(403, { message: 'not authorized' });

  await expect(account.bootstrapVersion()).rejects.toThrow(AwsRefusal);
  await expect(account.quota('lambda', 'L-B99A9384')).rejects.toThrow(/AWS answered 403: .*not authorized/);
});

test('takes a sender whose address or domain is verified', async () => {
  const { account } = answering(200, {});
  ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true });
  ses.on(GetEmailIdentityCommand).rejects(new Error('not found'));
  ses.on(GetEmailIdentityCommand, { EmailIdentity: 'lessons.test' }).resolves({ VerifiedForSendingStatus: true });

  expect(await account.sender('hello@lessons.test')).toEqual({ isVerified: true, isInSandbox: false });
  expect(await account.sender('hello@elsewhere.test')).toEqual({ isVerified: false, isInSandbox: false });
});
