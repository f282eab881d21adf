import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import { OperatorError } from '../../../shared/operator/operator-command.ts';

const Endpoints = z.object({ aws_endpoint_url: z.url(), database_url: z.string().min(1) });

/** What an operator's command works on: a running local host, or what the AWS variables and options name. */
export interface Target {
  readonly sqs: SQSClient;
  /** The ai service's own role. */
  readonly databaseUrl: string | undefined;
  readonly name: string;
}

/**
 * The account of the AWS variables where AWS_ENDPOINT_URL or `useAws` says so, else the local host of UNDERSTUDY_DATA.
 *
 * @throws OperatorError when no local host is running
 */
export async function findTarget(env: NodeJS.ProcessEnv, useAws: boolean): Promise<Target> {
  if (useAws || env.AWS_ENDPOINT_URL) {
    const name = env.AWS_ENDPOINT_URL ?? `AWS, ${env.AWS_REGION ?? 'default region'}`;
    return { sqs: new SQSClient({}), databaseUrl: env.AI_DATABASE_URL, name };
  }
  const path = join(env.UNDERSTUDY_DATA || '.local', 'endpoints.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new OperatorError(`No local host is running: there is no ${path}. Start one by npm start, or name AWS.`);
  }
  const { aws_endpoint_url: endpoint, database_url } = Endpoints.parse(JSON.parse(text));
  const sqs = new SQSClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { sqs, databaseUrl: serviceDatabaseUrl(database_url, 'ai'), name: endpoint };
}

/** A queue with its dead-letter queue. */
export interface QueuePair {
  readonly name: string;
  readonly url: string;
  readonly deadLetters: { readonly name: string; readonly url: string };
}

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string() });
const nameOf = (url: string) => url.split('/').at(-1) ?? url;

/** Every queue whose name begins with `prefix` and that has a dead-letter queue among them. */
export async function findQueues(sqs: SQSClient, prefix: string | undefined): Promise<QueuePair[]> {
  const urls: string[] = [];
  for (let next: string | undefined, more = true; more; more = next !== undefined) {
    const page = await sqs.send(
      new ListQueuesCommand({ MaxResults: 1_000, NextToken: next, ...(prefix && { QueueNamePrefix: prefix }) }),
    );
    urls.push(...(page.QueueUrls ?? []));
    next = page.NextToken;
  }
  const byName = new Map(urls.map((url) => [nameOf(url), url]));
  const pairs: QueuePair[] = [];
  for (const [name, url] of byName) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
    );
    if (!Attributes?.RedrivePolicy) continue;
    const target =
      RedrivePolicy.parse(JSON.parse(Attributes.RedrivePolicy)).deadLetterTargetArn.split(':').at(-1) ?? '';
    const deadUrl = byName.get(target);
    if (deadUrl !== undefined) pairs.push({ name, url, deadLetters: { name: target, url: deadUrl } });
  }
  return pairs;
}
