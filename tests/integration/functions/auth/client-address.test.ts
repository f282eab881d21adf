import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthService, someAddress, startAuthService } from '../../../support/auth-service.ts';
import { PROJECT_ROOT } from '../../../support/module-graph.ts';

let auth: AuthService;
beforeAll(async () => {
  // Every limit falls to one.
  auth = await startAuthService({ RATE_LIMIT_FACTOR: '0.001' });
});
afterAll(() => auth?.stop());

const claims = (address: string) => ({
  'X-Forwarded-For': address,
  Forwarded: `for=${address}`,
  'X-Real-IP': address,
  'CF-Connecting-IP': address,
  'True-Client-IP': address,
});
const ask = async (sourceIp: string, claimed: string) => {
  const request = { body: { token: 'A'.repeat(43) }, sourceIp, headers: claims(claimed) };
  return (await auth.call('POST', '/v1/auth/verify-email', request)).status;
};

describe('the address of a client', () => {
  test('is what the gateway saw, whatever headers claim', async () => {
    const sourceIp = someAddress();

    const statuses = [await ask(sourceIp, '203.0.113.1'), await ask(sourceIp, '203.0.113.2')];

    expect(statuses).toEqual([401, 429]);
  });

  test('counts with all that its network gives a client to choose from', async () => {
    const network = `2001:db8:${Math.floor(Math.random() * 0xffff).toString(16)}:1`;

    const statuses = [
      await ask(`${network}::1`, '203.0.113.1'),
      await ask(`${network}:ffff::9`, '203.0.113.1'),
      await ask(`${network.replace(/1$/, '2')}::1`, '203.0.113.1'),
    ];

    expect(statuses).toEqual([401, 429, 401]);
  });

  test('cannot be lent to another, so that they are refused', async () => {
    const statuses = [await ask(someAddress(), '203.0.113.9'), await ask(someAddress(), '203.0.113.9')];

    expect(statuses).toEqual([401, 401]);
  });

  test('is asked of no header anywhere', () => {
    const sources = globSync('{functions,shared}/**/*.ts', { cwd: PROJECT_ROOT });
    const asking = sources.filter((file) =>
      /forwarded|real-ip|connecting-ip|client-ip/i.test(readFileSync(join(PROJECT_ROOT, file), 'utf8')),
    );

    expect(sources.length).toBeGreaterThan(100);
    expect(asking).toEqual([]);
  });
});
