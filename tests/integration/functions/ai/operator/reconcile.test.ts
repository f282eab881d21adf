import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconcileCommand } from '../../../../../functions/ai/operator/reconcile-command.ts';
import { type AwsPart, startAwsGateway } from '../../../../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../../infra/local/parts/secrets.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';
import { type TestDatabase, testDatabase } from '../../../../support/test-database.ts';

let folder: Awaited<ReturnType<typeof temporaryFiles>>;
let database: TestDatabase;
let aws: AwsPart;
let sqs: SQSClient;
let ingest: string;

beforeAll(async () => {
  [folder, database] = await Promise.all([temporaryFiles(), testDatabase()]);
  const dataFolder = join(folder.folder, 'data');
  const secrets = readSecrets(dataFolder);
  aws = await startAwsGateway({ dataFolder, registry: await openPartRegistry(dataFolder), secrets });
  const dead = aws.createQueue('ingest-dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  ingest = aws.createQueue('ingest', { RedrivePolicy }).url;
  sqs = new SQSClient({ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials });
  const endpoints = { aws_endpoint_url: aws.endpointUrl, database_url: database.migrationUrl };
  await writeFile(join(folder.folder, 'endpoints.json'), JSON.stringify(endpoints));
});
afterAll(async () => {
  sqs.destroy();
  await aws.stop();
  await Promise.all([folder.remove(), database.drop()]);
});

test('a creator that there is not is told at once, and nothing is sent', async () => {
  const lines: string[] = [];
  const env = { UNDERSTUDY_DATA: folder.folder };

  const code = await reconcileCommand(['--creator', randomUUID()], env, (line) => lines.push(line));

  expect([code, lines]).toEqual([2, ['There is no such creator.']]);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: ingest }));
  expect(Messages).toEqual([]);
});
