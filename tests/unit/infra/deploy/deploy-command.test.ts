import { describe, expect, test } from 'vitest';
import { readStageConfig } from '../../../../infra/stage-config.ts';
import { OUTPUTS, own, runDeploy } from '../../../support/deploy-run.ts';

describe('how it is called', () => {
  test('--help tells the options and does nothing', async () => {
    const { code, text, commands } = await runDeploy(['--help']);

    expect(code).toBe(0);
    expect(text).toContain('--check-only');
    expect(commands).toEqual([]);
  });

  test.each([
    [[], '--stage is missing'],
    [['--stage', 'production'], 'there is no stage production: take one of dev, staging, prod'],
    [['--stage', 'dev', '--force'], "Unknown option '--force'"],
    [['--stage', 'dev', '--wait', 'long'], '--wait long is no number of minutes'],
    [['--stage', 'dev', '--here'], '--here is for an emulator: set AWS_ENDPOINT_URL'],
  ])('%j is refused in one line', async (args, expected) => {
    const { code, printed, commands } = await runDeploy(args);

    expect(code).toBe(2);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(expected);
    expect(commands).toEqual([]);
  });
});

describe('the check', () => {
  test('says one line to each thing it looked at, and changes nothing when it only checks', async () => {
    const { code, printed, commands } = await runDeploy(['--stage', 'dev', '--check-only']);

    expect(code).toBe(0);
    expect(printed).toEqual([
      'ok    configuration  complete',
      'ok    credentials    account 111122223333 in eu-central-1, as arn:aws:iam::111122223333:user/operator',
      'ok    bootstrap      the CDK is set up, version 30',
      'ok    GPU type       g6.xlarge is offered in eu-central-1a, eu-central-1b',
      'ok    GPU quota      1 × g6.xlarge need 4 virtual processors, the quota is 1000',
      'ok    concurrency    0 reserved, the account has 1000',
      'ok    sender         SES sends as hello@lessons.test',
      'ok    chat model     llama2:7b-chat is there',
      'ok    embedding      nomic-embed-text is there',
      'dev can be deployed.',
    ]);
    expect(commands).toEqual([]);
  });

  test('without credentials asks for nothing else', async () => {
    const identity = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    const { code, printed } = await runDeploy(['--stage', 'dev'], { account: { identity } });

    expect(code).toBe(1);
    expect(printed.slice(1)).toEqual([
      'fail  credentials    none found: set AWS_PROFILE, or sign in with aws sso login',
      '1 of 2 checks failed; nothing was changed.',
    ]);
  });

  test('tells why AWS was not reached', async () => {
    const identity = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }));
    const { printed } = await runDeploy(['--stage', 'dev'], { account: { identity } });

    expect(printed[1]).toBe('fail  credentials    fetch failed: getaddrinfo ENOTFOUND');
  });

  test.each([
    [
      'a placeholder',
      { readStage: () => readStageConfig('dev') },
      /fail +configuration +put in values of your own for mailFrom, alarmEmail/,
    ],
    [
      'no bootstrap',
      { account: { bootstrapVersion: async () => undefined } },
      /fail +bootstrap +run once: AWS_REGION=eu-central-1 npx cdk bootstrap/,
    ],
    [
      'a region without such GPUs',
      { account: { instanceZones: async () => [] } },
      /fail +GPU type +eu-central-1 has no g6\.xlarge: take another type, models\.instance/,
    ],
    [
      'no GPU allowed',
      { account: { quota: async () => 0 } },
      /fail +GPU quota .* the quota is 0: ask for more under Service Quotas/,
    ],
    [
      'an unverified sender',
      { account: { sender: async () => ({ isVerified: false, isInSandbox: true }) } },
      /fail +sender +verify hello@lessons\.test/,
    ],
    [
      'an unknown model',
      { fetch: async () => new Response('', { status: 404 }) },
      /fail +chat model +Ollama knows no model llama2:7b-chat/,
    ],
  ])('stops at %s, before anything is changed', async (_, changes, expected) => {
    const { code, text, commands } = await runDeploy(['--stage', 'dev'], changes);

    expect(code).toBe(1);
    expect(text).toMatch(expected);
    expect(text).toContain('nothing was changed');
    expect(commands).toEqual([]);
  });

  test('counts what is reserved against what the account has', async () => {
    const { text } = await runDeploy(['--stage', 'prod'], {
      readStage: () => ({ ...own(readStageConfig('prod')), domain: undefined }),
      account: { quota: async (service) => (service === 'lambda' ? 300 : 64) },
    });

    expect(text).toMatch(/fail +concurrency +255 reserved, the account has 300, of which 100 stay unreserved/);
  });

  test('goes on with a warning where it could not look', async () => {
    const fetch = (url: string | URL | Request) =>
      String(url).includes('ollama') ? Promise.reject(new Error('offline')) : Promise.resolve(new Response('{}'));
    const { code, text } = await runDeploy(['--stage', 'dev'], { fetch: fetch as typeof globalThis.fetch });

    expect(code).toBe(0);
    expect(text).toMatch(/warn +chat model +llama2:7b-chat: Ollama’s registry could not be asked/);
  });
});

describe('the deployment', () => {
  test('hands the three stacks in their order to the CDK, asks before it widens rights, then tries them out', async () => {
    const { code, commands, asked, text } = await runDeploy(['--stage', 'dev']);

    expect(code).toBe(0);
    expect(commands).toEqual([
      {
        region: 'eu-central-1',
        args: [
          ...['deploy', 'PlatformStack', 'ServiceStack', 'EdgeStack', '-c', 'stage=dev'],
          ...['--outputs-file', '.build/outputs.json', '--require-approval', 'broadening'],
        ],
      },
    ]);
    const paths = ['/health', '/ready', '/v1/hub/ready', '/v1/ai/ready', '/v1/channel/ready'];
    expect(asked.slice(-paths.length)).toEqual(paths.map((path) => `https://rest.test/api${path}`));
    expect(text).toContain('dev is ready: https://rest.test/api');
  });

  test('asks nothing with --yes', async () => {
    const { commands } = await runDeploy(['--stage', 'dev', '--yes']);

    expect(commands[0]?.args.at(-1)).toBe('never');
  });

  test('tries nothing out when the CDK failed', async () => {
    const { code, text, asked } = await runDeploy(['--stage', 'dev'], { runCdk: async () => 1 });

    expect(code).toBe(1);
    expect(text).toContain('CloudFormation took back what it had begun');
    expect(asked.filter((url) => url.includes('rest.test'))).toEqual([]);
  });

  test('waits until every part is ready, and says what it waits for once', async () => {
    let answers = 0;
    const fetch = async (url: string | URL | Request) => {
      if (!String(url).endsWith('/ready')) return new Response('{}');
      answers += 1;
      return answers < 4 ? new Response('{"ollama":"loading"}', { status: 503 }) : new Response('{}');
    };
    const { code, printed } = await runDeploy(['--stage', 'dev'], { fetch: fetch as typeof globalThis.fetch });

    expect(code).toBe(0);
    expect(printed.filter((line) => line.startsWith('wait'))).toEqual(['wait  /ready  503 {"ollama":"loading"}']);
  });

  test('gives up in the end, and says that it is deployed and not ready', async () => {
    const fetch = async (url: string | URL | Request) =>
      new Response('{}', { status: String(url).includes('rest.test') ? 503 : 200 });
    const { code, text } = await runDeploy(['--stage', 'dev', '--wait', '2'], {
      fetch: fetch as typeof globalThis.fetch,
    });

    expect(code).toBe(1);
    expect(text).toContain('It is deployed, and it is not ready.');
  });

  test('says by which clock the models run, for nothing gets ready outside of it', async () => {
    expect((await runDeploy(['--stage', 'dev'])).text).toContain(
      'note  models run from "0 7 * * MON-FRI" to "0 20 * * *", Europe/Berlin: /ready waits for them',
    );
    const always = () => ({ ...own(readStageConfig('prod')), domain: undefined });
    expect((await runDeploy(['--stage', 'dev'], { readStage: always })).text).not.toContain('note');
  });

  test('tells which names have to lead where', async () => {
    const readOutputs = async () => ({ ...OUTPUTS, 'understudy-dev-edge': { WebTarget: 'd1.cloudfront.net' } });
    const { text } = await runDeploy(['--stage', 'dev'], { readOutputs });

    expect(text).toContain('dns   web → d1.cloudfront.net');
  });
});
