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
import { startFunctionHost } from './functions/function-host.ts';
import { localPages } from './http/local-pages.ts';
import type { LocalServer } from './http/local-server.ts';
import { refuseUpgrade } from './http/refuse-upgrade.ts';
import { restGateway } from './http/rest-gateway.ts';
import { socketGateway } from './http/socket-gateway.ts';
import type { LocalQueue } from './parts/local-queue.ts';
import type { Parts } from './parts/start-parts.ts';
import type { StackModel } from './template/stack-model.ts';
import { TemplateError } from './template/template-error.ts';

export interface StackRun {
  readonly stack: StackModel;
  readonly parts: Parts;
  readonly addresses: Addresses;
  readonly server: LocalServer;
  readonly dataFolder: string;
  readonly onProgress: (part: string, message: string) => void;
}

export interface RunningStack {
  killFunction(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** How long answers under way may take when the host stops. */
const DRAIN_MS = 10_000;

/** Brings a stack's resources to life in CloudFormation's order: storage, functions, custom resources, triggers. */
export async function runStack({
  stack,
  parts,
  addresses,
  server,
  dataFolder,
  onProgress,
}: StackRun): Promise<RunningStack> {
  await mkdir(addresses.mailFolder, { recursive: true });
  for (const bucket of stack.buckets) parts.aws.createBucket(bucket.name, bucket.cors && { cors: bucket.cors });
  const queues = new Map<string, LocalQueue>(
    stack.queues.map((queue) => [queue.arn, parts.aws.createQueue(queue.name, queue.attributes)]),
  );
  const functions = await startFunctionHost({
    stack,
    aws: parts.aws,
    logFolder: join(dataFolder, 'logs'),
    onFailure: (name, message) => onProgress(name, message.split('\n', 1)[0] ?? ''),
  });
  for (const resource of stack.customResources) {
    const { Reason } = await deployCustomResource(resource, functions);
    onProgress('migrations', Reason ?? 'done');
  }
  for (const bucket of stack.buckets) await bridgeNotifications(bucket, parts.aws, queues, dataFolder);

  const consumers = stack.consumers.map((mapping) => {
    const queue = queues.get(mapping.queueArn);
    if (!queue) throw new TemplateError(`${mapping.logicalId} reads a queue that the stack does not have`);
    return consumeQueue(mapping, queue, functions.byId(mapping.functionId));
  });
  let demo: DemoWidget | undefined;
  const pages = localPages({
    mailFolder: addresses.mailFolder,
    demoPage: async () => demo && renderDemoPage(demo, parts.ollamaIsOffline),
    demoFacts: () => demo,
  });
  const sockets = stack.socket && socketGateway(stack.socket, functions, SOCKET_PATH);
  if (sockets) parts.aws.onConnections(sockets.connections.handler);
  const rest = restGateway(stack.rest, functions);
  server.serve(
    (request, response) => {
      if (!pages(request, response)) rest(request, response);
    },
    sockets?.onUpgrade ?? ((_request, socket) => refuseUpgrade(socket, 404)),
  );
  const schedules = await startSchedules(stack.schedules, functions, join(dataFolder, 'schedules.json'));
  onProgress('functions', `${stack.functions.size} hosted`);
  if (parts.owned.database) {
    demo = await prepareDemo({ addresses, dataFolder, onProgress: (message) => onProgress('demo', message) });
  }

  return {
    killFunction: functions.killFunction,
    stop: async () => {
      server.refuse();
      schedules.stop();
      for (const consumer of consumers) consumer.stop();
      // Answers that are being written reach their visitors before the sockets are closed.
      await functions.drain(DRAIN_MS);
      await sockets?.stop();
      await functions.stop();
    },
  };
}
