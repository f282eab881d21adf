import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsGateway } from '../parts/aws-gateway.ts';
import type { StackModel } from '../template/stack-model.ts';
import { REGION } from '../template/stack-references.ts';
import { type FunctionLog, openFunctionLog } from './function-log.ts';
import { type HostedFunction, hostFunction } from './hosted-function.ts';

export interface FunctionHost {
  /** @throws Error for an id that is no function of the stack */
  byId(logicalId: string): HostedFunction;
  /** For fault tests: ends the worker of the function with this short name, as a crash would. */
  killFunction(name: string): Promise<void>;
  /** Waits until no event is under way, at most `withinMs`. */
  drain(withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface FunctionHostOptions {
  readonly stack: StackModel;
  readonly aws: Pick<AwsGateway, 'endpointUrl' | 'credentials'>;
  readonly logFolder: string;
  /** Where functions keep files while they work, as Lambda's `/tmp`. Emptied first: killed workers leave theirs behind. */
  readonly temporaryFolder: string;
  readonly onFailure: (name: string, message: string) => void;
}

/** A schedule's function works for a moment and then only holds memory. */
const SCHEDULE_IDLE_MS = 60_000;

export async function startFunctionHost(options: FunctionHostOptions): Promise<FunctionHost> {
  await mkdir(options.logFolder, { recursive: true });
  await rm(options.temporaryFolder, { recursive: true, force: true });
  await mkdir(options.temporaryFolder, { recursive: true });
  const busy = busyFunctions(options.stack);
  const logs: FunctionLog[] = [];
  const functions = new Map<string, HostedFunction>();
  for (const model of options.stack.functions.values()) {
    const log = openFunctionLog(join(options.logFolder, `${model.name}.log`));
    logs.push(log);
    const idleMs = busy.has(model.logicalId) ? undefined : SCHEDULE_IDLE_MS;
    const runtimeEnvironment = { ...awsEnvironment(options.aws, model.name), TMPDIR: options.temporaryFolder };
    functions.set(
      model.logicalId,
      hostFunction(model, { runtimeEnvironment, log, onFailure: options.onFailure, idleMs }),
    );
  }
  const all = [...functions.values()];
  return {
    byId: (logicalId) => {
      const found = functions.get(logicalId);
      if (!found) throw new Error(`the stack has no function ${logicalId}`);
      return found;
    },
    killFunction: async (name) => {
      const found = all.find(({ model }) => model.name === name);
      if (!found) throw new Error(`the stack has no function ${name}`);
      await found.kill();
    },
    drain: async (withinMs) => {
      const until = Date.now() + withinMs;
      while (Date.now() < until && all.some((hosted) => hosted.load() > 0)) await pause(20);
    },
    stop: async () => {
      await Promise.all(all.map((hosted) => hosted.kill()));
      await Promise.all(logs.map((log) => log.close()));
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What people and queues wait for; everything else may sleep between its events. */
function busyFunctions(stack: StackModel): ReadonlySet<string> {
  return new Set([
    ...stack.rest.routes.map((route) => route.functionId),
    ...(stack.socket?.routes.values() ?? []),
    ...stack.consumers.map((consumer) => consumer.functionId),
  ]);
}

/** What the Lambda runtime sets, with credentials that open nothing but the gateway of this machine. */
function awsEnvironment(aws: FunctionHostOptions['aws'], functionName: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: aws.endpointUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    NODE_ENV: 'production',
    TZ: ':UTC',
  };
}
