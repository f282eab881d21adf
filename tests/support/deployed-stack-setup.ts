import type { TestProject } from 'vitest/node';
import { STACK_NAME } from '../../infra/localstack/deploy-command.ts';
import { deployedOutputs, emulatorEndpoint, requireEmulator } from '../../infra/localstack/emulator.ts';
import { startMailView } from './emulated-mail.ts';

/** Finds the stack that is deployed at AWS_ENDPOINT_URL, for all tests of the run. Starts nothing of it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const endpoint = emulatorEndpoint(process.env);
  await requireEmulator(endpoint);
  const outputs = await deployedOutputs(endpoint, STACK_NAME);
  if (!outputs?.RestUrl || !outputs.SocketUrl) {
    throw new Error(`no stack ${STACK_NAME} is deployed at ${endpoint}: npm run localstack:deploy`);
  }
  const mail = await startMailView(endpoint);
  project.provide('deployed', true);
  project.provide('endpoints', {
    rest_url: outputs.RestUrl,
    websocket_url: outputs.SocketUrl,
    console_url: null,
    demo_url: '',
    mail_url: mail.url,
    // Known to whoever gave them to the stack; tests that look into the stores are left out without them.
    database_url: process.env.UNDERSTUDY_DATABASE_URL ?? '',
    redis_url: process.env.UNDERSTUDY_REDIS_URL ?? '',
    chroma_url: process.env.UNDERSTUDY_CHROMA_URL ?? '',
    ollama_url: process.env.OLLAMA_HOST ?? '',
    aws_endpoint_url: endpoint,
    pid: process.pid,
  });
  return mail.close;
}
