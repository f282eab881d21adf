import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

type Handler = (event: unknown, context: Context) => unknown;

// It has done its work when this thread began; functions see what the template and the runtime give them.
delete process.env.NODE_COMPILE_CACHE;

const settings = workerData as WorkerSettings;
const handlerLoaded = loadHandler();
handlerLoaded.catch(() => {}); // Every event that waits for it reports the failure.

async function loadHandler(): Promise<Handler> {
  const module = (await import(pathToFileURL(settings.modulePath).href)) as Record<string, unknown>;
  const handler = module[settings.exportName];
  if (typeof handler !== 'function') throw new TypeError(`${settings.modulePath} exports no ${settings.exportName}`);
  return handler as Handler;
}

const answer = (message: FromWorker) => parentPort?.postMessage(message);

async function invoke(message: Extract<ToWorker, { kind: 'invoke' }>): Promise<void> {
  try {
    const handler = await handlerLoaded;
    // Lambda's answer is JSON; what JSON cannot say does not arrive there either.
    const value = (await handler(message.event, contextOf(message))) ?? null;
    answer({ kind: 'result', id: message.id, value: JSON.parse(JSON.stringify(value)) });
  } catch (error) {
    const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
    console.error(stack ?? text);
    answer({ kind: 'failure', id: message.id, errorType: name, message: text });
  }
}

function contextOf({ requestId, deadlineAtMs }: Extract<ToWorker, { kind: 'invoke' }>): Context {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(settings.memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, deadlineAtMs - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'ping') answer({ kind: 'pong', id: message.id });
  else void invoke(message);
});
