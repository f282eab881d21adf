import { resolve } from 'node:path';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { MigrateEnv, readEnv } from '../config/env-constants.ts';
import type { ServiceName } from '../config/service-roles.ts';
import { log } from '../observability/logger.ts';
import { runMigrations, type ServicePasswords } from './run-migrations.ts';

interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason: string;
}

/** The resource is the database's schema: there is one, and no update ever replaces it. */
const PHYSICAL_ID = 'understudy-schema';
/** CloudFormation takes 4 KB; what an operator needs stands at the beginning. */
const MAX_REASON_LENGTH = 1_000;
/** Time kept back to report before the function is ended; without a report the deployment hangs for an hour. */
const REPORT_MARGIN_MS = 10_000;

/**
 * The deploy step: a CloudFormation custom resource that brings the schema up to date before any function that
 * needs it is updated. The outcome goes to the event's ResponseURL; a failure names its reason and no secret.
 * Deleting the stack leaves the data alone.
 */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const outcome = event.RequestType === 'Delete' ? kept() : await withinTime(migrate(), context);
  log.info('migrations', { request_type: event.RequestType, status: outcome.status, reason: outcome.reason });
  await report(event, outcome);
}

function kept(): Outcome {
  return { status: 'SUCCESS', reason: 'the schema and its data are kept' };
}

async function migrate(): Promise<Outcome> {
  try {
    const env = readEnv(MigrateEnv);
    const folder = resolve(import.meta.dirname, env.MIGRATIONS_FOLDER);
    const passwords = passwordsIn({
      auth: env.AUTH_DATABASE_URL,
      hub: env.HUB_DATABASE_URL,
      ai: env.AI_DATABASE_URL,
      channel: env.CHANNEL_DATABASE_URL,
    });
    const { applied, already } = await runMigrations(env.MIGRATION_DATABASE_URL, folder, passwords);
    return { status: 'SUCCESS', reason: `${applied.length} applied, ${already} already there` };
  } catch (error) {
    log.error('migrations failed', error);
    return { status: 'FAILED', reason: withoutSecrets(messageOf(error)) };
  }
}

function passwordsIn(addresses: Readonly<Record<ServiceName, string | undefined>>): ServicePasswords {
  const entries = Object.entries(addresses).map(([service, address]) => [service, passwordOf(address)] as const);
  return Object.fromEntries(entries.filter(([, password]) => password !== ''));
}

async function withinTime(work: Promise<Outcome>, context: Context): Promise<Outcome> {
  const limitMs = Math.max(1_000, context.getRemainingTimeInMillis() - REPORT_MARGIN_MS);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'FAILED', reason: `not finished after ${limitMs} ms` }), limitMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** A refused connection to several addresses has a code and no message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}

/** Cuts the databases' addresses, their passwords and everything that looks like one, and keeps the message short. */
function withoutSecrets(message: string): string {
  const addresses = Object.entries(process.env).flatMap(([name, value]) =>
    name.endsWith('DATABASE_URL') && value ? [value] : [],
  );
  const secrets = [...addresses, ...addresses.map(passwordOf)];
  const cleaned = secrets
    .filter((secret) => secret.length > 0)
    .reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return cleaned.replaceAll(/\b[a-z]+:\/\/\S+/gi, '…').slice(0, MAX_REASON_LENGTH);
}

function passwordOf(address: string | undefined): string {
  return address && URL.canParse(address) ? decodeURIComponent(new URL(address).password) : '';
}

async function report(event: CloudFormationCustomResourceEvent, { status, reason }: Outcome): Promise<void> {
  const body = JSON.stringify({
    Status: status,
    Reason: reason,
    PhysicalResourceId: PHYSICAL_ID,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  // The address is signed for an empty content type.
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: Buffer.from(body),
    signal: AbortSignal.timeout(REPORT_MARGIN_MS - 2_000),
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the report: ${response.status}`);
}
