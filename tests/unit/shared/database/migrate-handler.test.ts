import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { handler } from '../../../../shared/database/migrate-handler.ts';
import { customResourceEvent, openCustomResourceInbox } from '../../../support/custom-resource-inbox.ts';

const withTime = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

let inbox: Awaited<ReturnType<typeof openCustomResourceInbox>>;

beforeAll(async () => {
  vi.stubEnv('STAGE', 'test');
  vi.stubEnv('SERVICE_NAME', 'migrate');
  inbox = await openCustomResourceInbox();
});

afterEach(() => {
  inbox.reports.length = 0;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await inbox.close();
});

test('a database that cannot be reached is reported as a failure, without the password', async () => {
  vi.stubEnv('MIGRATION_DATABASE_URL', 'postgres://migrator:very-secret@127.0.0.1:1/understudy');

  await handler(customResourceEvent(inbox.url, 'Create'), withTime(300_000));

  const [report] = inbox.reports;
  expect(report?.method).toBe('PUT');
  expect(report?.body).toMatchObject({ Status: 'FAILED', LogicalResourceId: 'Schema', RequestId: 'request-1' });
  expect(report?.body.Reason).toContain('ECONNREFUSED');
  expect(JSON.stringify(report?.body)).not.toContain('very-secret');
});

test('the report has the empty content type that its address is signed for', async () => {
  await handler(customResourceEvent(inbox.url, 'Delete'), withTime(300_000));

  expect(inbox.reports[0]?.headers['content-type']).toBe('');
});

test('a missing variable is reported by its name', async () => {
  vi.stubEnv('MIGRATION_DATABASE_URL', '');

  await handler(customResourceEvent(inbox.url, 'Create'), withTime(300_000));

  expect(inbox.reports[0]?.body).toMatchObject({ Status: 'FAILED' });
  expect(inbox.reports[0]?.body.Reason).toContain('MIGRATION_DATABASE_URL');
});

test('deleting the stack touches no data and succeeds even with the database gone', async () => {
  vi.stubEnv('MIGRATION_DATABASE_URL', 'postgres://migrator:very-secret@127.0.0.1:1/understudy');

  await handler(customResourceEvent(inbox.url, 'Delete'), withTime(300_000));

  expect(inbox.reports[0]?.body.Status).toBe('SUCCESS');
});
