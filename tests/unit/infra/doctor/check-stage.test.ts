import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AwsAccount } from '../../../../infra/deploy/aws-account.ts';
import { checkDeployedStage } from '../../../../infra/doctor/check-stage.ts';
import { readStageConfig } from '../../../../infra/stage-config.ts';

const sqs = mockClient(SQSClient);
const config = { ...readStageConfig('dev'), mailFrom: 'hello@lessons.test', alarmEmail: 'night@lessons.test' };

let server: Server;
let restUrl: string;
let unready: string | undefined;
let date: string | undefined;
beforeEach(async () => {
  unready = undefined;
  date = undefined;
  server = createServer((request, response) => {
    if (date) response.setHeader('Date', date);
    response.writeHead(request.url === unready ? 503 : 200).end('{"status":"ready"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  restUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  sqs
    .on(ListQueuesCommand)
    .resolves({ QueueUrls: ['https://sqs/1/understudy-dev-AiIngestDeadLetters1', 'https://sqs/1/other'] });
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '0' } });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  sqs.reset();
});

async function findings(changes: Partial<AwsAccount> = {}) {
  const account: AwsAccount = {
    identity: async () => ({ account: '111122223333', arn: 'arn:aws:iam::111122223333:user/operator' }),
    bootstrapVersion: async () => 30,
    stackOutputs: async () => ({ RestUrl: restUrl }),
    quota: async () => 1_000,
    instanceZones: async () => ['eu-central-1a', 'eu-central-1b'],
    sender: async () => ({ isVerified: true, isInSandbox: false }),
    ...changes,
  };
  const fetch = async () => new Response('{}');
  const found = await checkDeployedStage({ stage: 'dev', config, account, sqs: new SQSClient({}), fetch });
  return found.filter(({ state }) => state !== 'ok').map(({ what, line }) => `${what}: ${line}`);
}

test('a stage that is whole has nothing to mend', async () => {
  expect(await findings()).toEqual([]);
});

test('without credentials nothing else is asked', async () => {
  const identity = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));

  expect(await findings({ identity, stackOutputs: () => Promise.reject(new Error('asked')) })).toEqual([
    'credentials: none found: set AWS_PROFILE, or sign in with aws sso login',
  ]);
});

test('a stack that is missing is named, with the command that brings it', async () => {
  const stackOutputs: AwsAccount['stackOutputs'] = async (name) =>
    name === 'understudy-dev-edge' ? undefined : { RestUrl: restUrl };

  expect(await findings({ stackOutputs })).toEqual([
    'stack: understudy-dev-edge is not deployed: npm run deploy -- --stage dev',
  ]);
});

test('a service that is not ready is named', async () => {
  unready = '/v1/ai/ready';

  expect(await findings()).toEqual([expect.stringMatching(/^ready: \/v1\/ai\/ready 503 .*docs\/runbook\.md/)]);
});

test('a clock that is wrong is told by the API’s own', async () => {
  date = new Date(Date.now() - 600_000).toUTCString();

  expect(await findings()).toEqual([expect.stringMatching(/^clock: -60\d\.\d s apart: set this machine's clock/)]);
});

test('messages that were given up are counted', async () => {
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '3' } });

  expect(await findings()).toEqual([
    'dead letters: 3 messages were given up: docs/runbook.md#dead-letters, then npm run redrive -- --aws --stack understudy-dev',
  ]);
});
