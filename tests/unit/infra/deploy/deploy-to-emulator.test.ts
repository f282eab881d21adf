import { beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../../infra/deploy/deploy-command.ts';
import { runDeploy } from '../../../support/deploy-run.ts';

describe('a deployment to an emulator', () => {
  const deployed: boolean[] = [];
  const emulator: Emulator = {
    region: 'us-east-1',
    deploy: async (here) => {
      deployed.push(here);
      return 0;
    },
    outputs: async () => ({ RestUrl: 'http://emulator.test/api' }),
  };
  beforeEach(() => {
    deployed.length = 0;
  });

  test('tells what AWS would want, deploys the service alone, and tries it out', async () => {
    const account = {
      bootstrapVersion: async () => undefined,
      quota: () => Promise.reject(new Error('AWS answered 405: MethodNotAllowed')),
    };
    const { code, text, commands, asked } = await runDeploy(['--stage', 'dev', '--here'], { emulator, account });

    expect(code).toBe(0);
    expect(text).toMatch(
      /warn +bootstrap +on AWS it would stop here: run once: AWS_REGION=us-east-1 npx cdk bootstrap/,
    );
    expect(text).toMatch(/warn +GPU quota +on AWS it would stop here: AWS answered 405/);
    expect(deployed).toEqual([true]);
    expect(commands).toEqual([]);
    expect(asked.slice(-5)).toEqual(
      ['/health', '/ready', '/v1/hub/ready', '/v1/ai/ready', '/v1/channel/ready'].map(
        (path) => `http://emulator.test/api${path}`,
      ),
    );
    expect(text).toContain('dev is ready: http://emulator.test/api');
  });

  test('stops without credentials, and at a model that nobody has', async () => {
    const identity = () => Promise.reject(new Error('refused'));
    const fetch = async () => new Response('', { status: 404 });

    expect((await runDeploy(['--stage', 'dev'], { emulator, account: { identity } })).code).toBe(1);
    expect((await runDeploy(['--stage', 'dev'], { emulator, fetch })).code).toBe(1);
    expect(deployed).toEqual([]);
  });

  test('tries nothing out when the deployment failed', async () => {
    const { code, asked } = await runDeploy(['--stage', 'dev'], { emulator: { ...emulator, deploy: async () => 1 } });

    expect(code).toBe(1);
    expect(asked.filter((url) => url.includes('emulator.test'))).toEqual([]);
  });
});
