import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Addresses, SOCKET_PATH } from './addresses.ts';
import { renderDemoPage } from './demo/demo-page.ts';
import type { DemoWidget } from './demo/demo-widget.ts';
import { prepareDemo } from './demo/prepare-demo.ts';
import { bridgeNotifications } from './events/bucket-notifications.ts';
import { deployCustomResource } from './events/custom-resource.ts';
import { consumeQueue } from './events/queue-consumer.ts';
import { startSchedules } from './events/schedules.ts';
import { type FunctionHost, startFunctionHost } from './functions/function-host.ts';
import { refuseUnknownPath } from './http/bare-answers.ts';
import { localPages } from './http/local-pages.ts';
import type { LocalServer } from './http/local-server.ts';
import { restGateway } from './http/rest-gateway.ts';
import { socketGateway } from './http/socket-gateway.ts';
import type { LocalQueue } from './parts/local-queue.ts';
import type { Parts } from './parts/start-parts.ts';
import { quietReporter } from './quiet-reporter.ts';
import type { StackModel } from './template/stack-model.ts';
import { TemplateError } from './template/template-error.ts';
import type { UndoList } from './undo-list.ts';

export interface StackRun {
  readonly stack: StackModel;
  readonly parts: Parts;
  readonly addresses: Addresses;
  readonly server: LocalServer;
  readonly dataFolder: string;
  readonly undo: UndoList;
  readonly onProgress: (part: string, message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How long answers under way may take when the host stops. */
const DRAIN_MS = 10_000;

/**
 * Brings a stack's resources to life in CloudFormation's order: storage, functions, custom resources, triggers. What
 * ends them again goes into the undo list: first nothing new comes in, then what is under way finishes, then
 * sockets and functions end.
 */
export async function runStack(run: StackRun): Promise<FunctionHost> {
  const { stack, parts, addresses, undo, onProgress } = run;
  await mkdir(addresses.mailFolder, { recursive: true });
  const queues = createStorage(run);
  const functions = await startFunctionHost({
    stack,
    aws: parts.aws,
    logFolder: join(run.dataFolder, 'logs'),
    temporaryFolder: join(run.dataFolder, 'tmp'),
    onFailure: quietReporter((name, message) => onProgress(name, message.split('\n', 1)[0] ?? '')),
  });
  undo.add('functions', functions.stop);
  for (const resource of stack.customResources) {
    const { Reason } = await deployCustomResource(resource, functions);
    onProgress('migrations', Reason ?? 'done');
  }
  await startTriggers(run, functions, queues);
  onProgress('functions', `${stack.functions.size} hosted`);
  return functions;
}

function createStorage({ stack, parts }: StackRun): ReadonlyMap<string, LocalQueue> {
  for (const bucket of stack.buckets) parts.aws.createBucket(bucket.name, bucket.cors && { cors: bucket.cors });
  return new Map(stack.queues.map((queue) => [queue.arn, parts.aws.createQueue(queue.name, queue.attributes)]));
}

async function startTriggers(
  run: StackRun,
  functions: FunctionHost,
  queues: ReadonlyMap<string, LocalQueue>,
): Promise<void> {
  const { stack, parts, undo, dataFolder } = run;
  const sockets = stack.socket && socketGateway(stack.socket, functions, SOCKET_PATH);
  if (sockets) {
    parts.aws.onConnections(sockets.connections.handler);
    undo.add('sockets', sockets.stop);
  }
  // Answers that are being written reach their visitors before the sockets are closed.
  undo.add('answers under way', () => functions.drain(DRAIN_MS));
  for (const bucket of stack.buckets) {
    await bridgeNotifications(bucket, parts.aws, queues, join(dataFolder, 'notified'));
  }
  for (const mapping of stack.consumers) {
    const queue = queues.get(mapping.queueArn);
    if (!queue) throw new TemplateError(`${mapping.logicalId} reads a queue that the stack does not have`);
    const target = functions.byId(mapping.functionId);
    undo.add('consumer', consumeQueue(mapping, queue, target, visibilityMs(stack, mapping.queueArn)).stop);
  }
  const schedules = await startSchedules(stack.schedules, functions, join(dataFolder, 'schedules.json'));
  undo.add('schedules', schedules.stop);
  await serve(run, functions, sockets?.onUpgrade ?? ((_request, socket) => refuseUnknownPath(socket)));
}

/** SQS hides a message for 30 seconds unless the queue says otherwise. */
function visibilityMs(stack: StackModel, queueArn: string): number {
  const queue = stack.queues.find(({ arn }) => arn === queueArn);
  return Number(queue?.attributes.VisibilityTimeout ?? 30) * 1_000;
}

async function serve(
  { stack, parts, addresses, server, dataFolder, undo, onProgress, signal }: StackRun,
  functions: FunctionHost,
  onUpgrade: Parameters<LocalServer['serve']>[1],
): Promise<void> {
  let demo: DemoWidget | undefined;
  const pages = localPages({
    mailFolder: addresses.mailFolder,
    demoPage: async () => demo && renderDemoPage(demo, parts.ollamaIsOffline),
    demoFacts: () => demo,
  });
  const rest = restGateway(stack.rest, functions);
  server.serve((request, response) => {
    if (!pages(request, response)) rest(request, response);
  }, onUpgrade);
  undo.add('server', server.refuse);
  if (!parts.owned.database) return;
  demo = await prepareDemo({
    addresses,
    dataFolder,
    onProgress: (message) => onProgress('demo', message),
    modelIsAnswering: parts.ollamaIsAnswering,
    signal,
  });
}
