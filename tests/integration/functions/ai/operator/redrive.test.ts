import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redriveCommand } from '../../../../../functions/ai/operator/redrive-command.ts';
import { findQueues } from '../../../../../functions/ai/operator/target.ts';
import { type AwsPart, startAwsGateway } from '../../../../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../../infra/local/parts/secrets.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';

let folder: Awaited<ReturnType<typeof temporaryFiles>>;
let aws: AwsPart;
let sqs: SQSClient;
let work: string;
let deadLetters: string;

beforeAll(async () => {
  folder = await temporaryFiles();
  const dataFolder = join(folder.folder, 'data');
  const secrets = readSecrets(dataFolder);
  aws = await startAwsGateway({ dataFolder, registry: await openPartRegistry(dataFolder), secrets });
  const dead = aws.createQueue('dead');
  const queue = aws.createQueue('work', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
  });
  [work, deadLetters] = [queue.url, dead.url];
  sqs = new SQSClient({ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials });
  await writeFile(
    join(folder.folder, 'endpoints.json'),
    JSON.stringify({ aws_endpoint_url: aws.endpointUrl, database_url: 'postgres://role:secret@127.0.0.1/none' }),
  );
});
afterAll(async () => {
  sqs.destroy();
  await aws.stop();
  await folder.remove();
});

const giveUp = (body: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: deadLetters,
      MessageBody: body,
      MessageAttributes: { request_id: { DataType: 'String', StringValue: 'request-1' } },
    }),
  );

async function redrive(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await redriveCommand(args, { UNDERSTUDY_DATA: folder.folder }, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

async function waiting(url: string): Promise<(string | undefined)[]> {
  const receive = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'] };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
  return Messages.map((message) => `${message.Body} ${message.MessageAttributes?.request_id?.StringValue}`).sort();
}

test('a dry run counts and moves nothing', async () => {
  await giveUp('{"n":1}');

  const { code, text } = await redrive('--dry-run');

  expect(code).toBe(0);
  expect(text).toMatch(/^work +1 +1$/m);
  expect(await waiting(work)).toEqual([]);
});

test('what was given up goes back to its queue as it was, at most as much as was asked for', async () => {
  await giveUp('{"n":2}');

  const first = await redrive('--max', '1');
  const second = await redrive();
  const third = await redrive();

  expect([first, second, third].map(({ text }) => /^work +(\d+) +(\d+)$/m.exec(text)?.slice(1))).toEqual([
    ['2', '1'],
    ['1', '1'],
    ['0', '0'],
  ]);
  expect(await waiting(work)).toEqual(['{"n":1} request-1', '{"n":2} request-1']);
});

test('in an account it touches the queues of the one stack only, whatever other names begin alike', async () => {
  const makePair = (stack: string) => {
    const dead = aws.createQueue(`${stack}-TurnsDead1A-XYZ`);
    const attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }) };
    aws.createQueue(`${stack}-Turns2B-XYZ`, attributes);
  };
  for (const stack of ['understudy', 'understudy-prod', 'understudy-prod-two', 'understudy-production'])
    makePair(stack);
  const target = (stack: string) => ({ sqs, stack, databaseUrl: undefined, name: 'test' });

  const namesOf = async (stack: string) => (await findQueues(target(stack))).map(({ name }) => name);

  expect(await namesOf('understudy-prod')).toEqual(['understudy-prod-Turns2B-XYZ']);
  expect(await namesOf('understudy')).toEqual(['understudy-Turns2B-XYZ']);
});

test('it says what it cannot do, in one line', async () => {
  const lines: string[] = [];

  const code = await redriveCommand([], { UNDERSTUDY_DATA: join(folder.folder, 'none') }, (line) => lines.push(line));

  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining('No local host is running')]);
  expect((await redrive('--max', 'many')).code).toBe(2);
  expect((await redrive('--help')).text).toContain('npm run redrive');
});
