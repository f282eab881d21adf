import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import { AwsRefusal, openSignedRequests } from './signed-requests.ts';
import { describeStack, readStackOutputs, readTag } from './stack-outputs.ts';

/** What the check asks of an account. Every call throws with AWS's own words when it is refused. */
export interface AwsAccount {
  /** Who is calling. */
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** Version of the CDK's own stack in this region; undefined when it is not there. */
  bootstrapVersion(): Promise<number | undefined>;
  /** What a deployed stack tells; undefined when it is not there, or was never whole. */
  stackOutputs(stackName: string): Promise<Readonly<Record<string, string>> | undefined>;
  quota(service: 'ec2' | 'lambda', code: string): Promise<number>;
  /** Zones of the region that have this type of instance, in their order. */
  instanceZones(type: string): Promise<readonly string[]>;
  /** Whether SES may send as this address, and whether it may send to anybody. */
  sender(address: string): Promise<{ readonly isVerified: boolean; readonly isInSandbox: boolean }>;
}

const Identity = z.object({ Account: z.string(), Arn: z.string() });
const Parameter = z.object({ Parameter: z.object({ Value: z.coerce.number() }) });
const Quota = z.object({ Quota: z.object({ Value: z.number() }) });

/**
 * Credentials are found and requests signed by the client of SES: the other services need one call each.
 *
 * @param endpoint of an emulator of AWS; the client of SES takes it from AWS_ENDPOINT_URL by itself
 */
export function openAwsAccount(region: string, doFetch: typeof fetch = fetch, endpoint?: string): AwsAccount {
  const client = new SESv2Client({ region });
  const ask = openSignedRequests(client, region, doFetch, endpoint);
  const call = async (service: string, target: string, input: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    return JSON.parse(await ask(service, JSON.stringify(input), headers));
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

  return {
    async identity() {
      const answer = await ask('sts', 'Action=GetCallerIdentity&Version=2011-06-15', form);
      const told = { Account: readTag(answer, 'Account'), Arn: readTag(answer, 'Arn') };
      const { Account, Arn } = Identity.parse(told);
      return { account: Account, arn: Arn };
    },
    async bootstrapVersion() {
      try {
        const answer = await call('ssm', 'AmazonSSM.GetParameter', { Name: '/cdk-bootstrap/hnb659fds/version' });
        return Parameter.parse(answer).Parameter.Value;
      } catch (error) {
        if (error instanceof AwsRefusal && error.body.includes('ParameterNotFound')) return undefined;
        throw error;
      }
    },
    async stackOutputs(stackName) {
      try {
        return readStackOutputs(await ask('cloudformation', describeStack(stackName), form));
      } catch (error) {
        if (error instanceof AwsRefusal && error.body.includes('does not exist')) return undefined;
        throw error;
      }
    },
    async quota(service, code) {
      const input = { ServiceCode: service, QuotaCode: code };
      return Quota.parse(await call('servicequotas', 'ServiceQuotasV20190624.GetServiceQuota', input)).Quota.Value;
    },
    async instanceZones(type) {
      const answer = await ask('ec2', describeOfferings(type), form);
      return [...answer.matchAll(/<location>([^<]+)<\/location>/g)].map(([, zone = '']) => zone).sort();
    },
    async sender(address) {
      const account = await client.send(new GetAccountCommand({}));
      const isVerified = await Promise.any(
        [address, address.split('@')[1] ?? address].map(async (identity) => {
          const found = await client.send(new GetEmailIdentityCommand({ EmailIdentity: identity }));
          if (!found.VerifiedForSendingStatus) throw new Error(`${identity} is not verified`);
          return true;
        }),
      ).catch(() => false);
      return { isVerified, isInSandbox: !account.ProductionAccessEnabled };
    },
  };
}

function describeOfferings(type: string): string {
  const offered = { Action: 'DescribeInstanceTypeOfferings', Version: '2016-11-15', LocationType: 'availability-zone' };
  const filter = { 'Filter.1.Name': 'instance-type', 'Filter.1.Value.1': type };
  return new URLSearchParams({ ...offered, ...filter }).toString();
}
