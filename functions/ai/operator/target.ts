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
  /** Whose queues are meant; a local host has one stack only. */
  readonly stack: string | undefined;
}

/**
 * The account of the AWS variables where AWS_ENDPOINT_URL or `aws` says so, else the local host of UNDERSTUDY_DATA.
 *
 * @throws OperatorError when no local host is running, and when an account is meant but no stack in it: others' queues
 *   are there as well
 */
export async function findTarget(
  env: NodeJS.ProcessEnv,
  { aws, stack }: { readonly aws?: boolean | undefined; readonly stack?: string | undefined },
): Promise<Target> {
  if (aws || env.AWS_ENDPOINT_URL) {
    const name = env.AWS_ENDPOINT_URL ?? `AWS, ${env.AWS_REGION ?? 'default region'}`;
    if (!stack) throw new OperatorError(`Name the stack whose queues are meant at ${name}: --stack understudy-prod`);
    return { sqs: new SQSClient({}), databaseUrl: env.AI_DATABASE_URL, name: `${name}, stack ${stack}`, stack };
  }
  const path = join(env.UNDERSTUDY_DATA || '.local', 'endpoints.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new OperatorError(`No local host is running: there is no ${path}. Start one by npm start, or name AWS.`);
  }
  const { aws_endpoint_url: endpoint, database_url } = Endpoints.parse(JSON.parse(text));
  const sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { sqs, databaseUrl: serviceDatabaseUrl(database_url, 'ai'), name: endpoint, stack };
}

/** A queue with its dead-letter queue. */
export interface QueuePair {
  readonly name: string;
  readonly url: string;
  readonly deadLetters: { readonly name: string; readonly url: string };
}

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string() });
const nameOf = (url: string) => url.split('/').at(-1) ?? url;

/** CloudFormation's `<stack>-<logical id>-<random>`: another stack whose name only begins alike has a part more. */
const isOfStack = (name: string, stack: string) =>
  name.startsWith(`${stack}-`) && name.slice(stack.length + 1).split('-').length <= 2;

/** Every queue of the target's stack that has a dead-letter queue among them. */
export async function findQueues({ sqs, stack }: Target): Promise<QueuePair[]> {
  const urls: string[] = [];
  for (let next: string | undefined, more = true; more; more = next !== undefined) {
    const page = await sqs.send(
      new ListQueuesCommand({ MaxResults: 1_000, NextToken: next, ...(stack && { QueueNamePrefix: `${stack}-` }) }),
    );
    urls.push(...(page.QueueUrls ?? []).filter((url) => !stack || isOfStack(nameOf(url), stack)));
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
