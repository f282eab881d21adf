import * as z from 'zod';
import { describeStack, readStackOutputs } from '../deploy/stack-outputs.ts';

/** The account that emulators of AWS pretend to be, and the region that everything here uses. */
export const EMULATED_ACCOUNT = '000000000000';
export const EMULATED_REGION = 'us-east-1';

/** A fault that one line explains to whoever typed the command. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';
}

/** Where the emulator answers: AWS_ENDPOINT_URL, else LocalStack's usual port. @throws LocalStackError */
export function emulatorEndpoint(env: NodeJS.ProcessEnv): string {
  const endpoint = (env.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566').replace(/\/+$/, '');
  if (z.url({ protocol: /^https?$/ }).safeParse(endpoint).success) return endpoint;
  throw new LocalStackError(`AWS_ENDPOINT_URL (${endpoint}) is no address`);
}

/** @throws LocalStackError when nothing that emulates AWS answers there */
export async function requireEmulator(endpoint: string, doFetch: typeof fetch = fetch): Promise<void> {
  const path = '/_localstack/health';
  const answer = await doFetch(`${endpoint}${path}`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (answer?.ok) return;
  const problem = answer ? `answers ${answer.status} to ${path}` : 'does not answer';
  throw new LocalStackError(
    `${endpoint} ${problem}: start LocalStack by npm run localstack:up, or set AWS_ENDPOINT_URL`,
  );
}

/**
 * The outputs of a deployed stack by their names; undefined when the stack is not there.
 * @throws LocalStackError for any other refusal
 */
export async function deployedOutputs(
  endpoint: string,
  stackName: string,
  doFetch: typeof fetch = fetch,
): Promise<Readonly<Record<string, string>> | undefined> {
  const response = await doFetch(`${endpoint}/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: routing('cloudformation') },
    body: describeStack(stackName),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  if (text.includes('does not exist')) return undefined;
  if (!response.ok) throw new LocalStackError(`${endpoint} answered ${response.status} when asked for its stacks`);
  return readStackOutputs(text);
}

/** Emulators check no signature; they look into it for the service that is meant. */
function routing(service: string): string {
  const scope = `test/20000101/${EMULATED_REGION}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}
