import { describe, expect, test } from 'vitest';
import { deployCustomResource } from '../../../../../infra/local/events/custom-resource.ts';
import type { Outcome } from '../../../../../infra/local/functions/hosted-function.ts';
import { type FakeEvent, fakeFunctions, ok } from '../http/fake-functions.ts';

const RESOURCE = {
  logicalId: 'Schema',
  type: 'Custom::Migrations',
  functionId: 'F',
  properties: { ServiceToken: 'arn', MigrationsHash: 'abc' },
};

const put = (event: FakeEvent, document: unknown) =>
  fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(document) });
const deploy = (answer: (event: FakeEvent) => Promise<Outcome>) => {
  const functions = fakeFunctions(answer);
  return { functions, done: deployCustomResource(RESOURCE, functions) };
};

describe('a custom resource', () => {
  test('is deployed by an event with its properties and an address for the response', async () => {
    const { functions, done } = deploy(async (event) => {
      await put(event, { Status: 'SUCCESS', Reason: '3 applied' });
      return ok(null);
    });

    expect(await done).toMatchObject({ Reason: '3 applied' });
    expect(functions.events[0]).toMatchObject({
      RequestType: 'Create',
      LogicalResourceId: 'Schema',
      ResourceProperties: { MigrationsHash: 'abc' },
    });
  });

  test('that reports a failure stops the host with its reason', async () => {
    const { done } = deploy(async (event) => {
      await put(event, { Status: 'FAILED', Reason: 'migration 0007 failed: syntax error' });
      return ok(null);
    });

    await expect(done).rejects.toThrow('Custom::Migrations failed: migration 0007 failed: syntax error');
  });

  test.each([
    ['throws', { kind: 'failure', errorType: 'E', message: 'no database' } as const, /no database/],
    ['says nothing', ok(null), /sent no response/],
    ['never ends', { kind: 'timeout' } as const, /timeout/],
  ])('whose function %s stops the host', async (_, outcome, reason) => {
    await expect(deploy(async () => outcome).done).rejects.toThrow(reason);
  });
});
