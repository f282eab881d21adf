import { describe, expect, test } from 'vitest';
import { deployCommand } from '../../../../infra/localstack/deploy-command.ts';

const ENDPOINT = 'http://127.0.0.1:4599';
const HERE = {
  UNDERSTUDY_DATABASE_URL: 'postgres://understudy_migrator:word@127.0.0.1:5432/understudy',
  UNDERSTUDY_REDIS_URL: 'redis://127.0.0.1:6379',
  UNDERSTUDY_CHROMA_URL: 'http://127.0.0.1:8000',
  OLLAMA_HOST: '127.0.0.1:11434',
};
const FIRST = {
  RestUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com/api',
  SocketUrl: 'wss://def456.execute-api.us-east-1.amazonaws.com/socket',
};

function describeStacks(outputs: Record<string, string> | undefined): Response {
  if (!outputs) {
    return new Response('<Message>Stack with id understudy does not exist</Message>', { status: 400 });
  }
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return new Response(
    `<Stacks><member><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks>`,
  );
}

/** An emulator that knows the stack from its first deployment on, and tells the addresses it was given last. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
  options: { known?: boolean; code?: number } = {},
) {
  const printed: string[] = [];
  const ran: string[][] = [];
  let outputs: Record<string, string> | undefined = options.known ? FIRST : undefined;
  const code = await deployCommand(args, {
    env: { AWS_ENDPOINT_URL: ENDPOINT, ...env },
    print: (line) => printed.push(line),
    build: async () => '/assembly',
    fetch: async (url) => (String(url).endsWith('/health') ? new Response('{}') : describeStacks(outputs)),
    runCdk: async (cdkArgs) => {
      ran.push([...cdkArgs]);
      if (cdkArgs.includes('deploy')) {
        const given = (name: string) => cdkArgs.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
        outputs = { RestUrl: given('PublicApiUrl') ?? FIRST.RestUrl, SocketUrl: given('SocketUrl') ?? FIRST.SocketUrl };
      }
      return options.code ?? 0;
    },
  });
  const parameters = ran
    .filter((cdkArgs) => cdkArgs.includes('deploy'))
    .map((cdkArgs) => {
      const pairs = cdkArgs.filter((_, index) => cdkArgs[index - 1] === '--parameters');
      return Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]));
    });
  return { code, text: printed.join('\n'), ran, parameters };
}

describe('localstack:deploy', () => {
  test('deploys twice at first: the addresses of the APIs are known after the first time only', async () => {
    const { code, ran, parameters } = await run([], {});

    expect(code).toBe(0);
    expect(ran.map((args) => args[2])).toEqual(['bootstrap', 'deploy', 'deploy']);
    expect(parameters[0]).not.toHaveProperty('PublicApiUrl');
    expect(parameters[1]).toMatchObject({
      PublicApiUrl: `${ENDPOINT}/_aws/execute-api/abc123/api`,
      ConsoleOrigin: ENDPOINT,
      ConsoleUrl: `${ENDPOINT}/_aws/execute-api/abc123/api`,
      SocketUrl: 'ws://127.0.0.1:4599/_aws/execute-api/def456/socket',
      // Functions run in containers of the network in which LocalStack has this name.
      SocketManagementUrl: 'http://localstack:4566/_aws/execute-api/def456/socket',
    });
  });

  test('deploys once when the stack is there already', async () => {
    const { ran, parameters } = await run([], {}, { known: true });

    expect(ran.map((args) => args[2])).toEqual(['bootstrap', 'deploy']);
    expect(parameters[0]).toMatchObject({ PublicApiUrl: `${ENDPOINT}/_aws/execute-api/abc123/api` });
  });

  test('hands on the parts of localstack.yml, but for those of one’s own, and the same keys each time', async () => {
    const first = await run([], { OLLAMA_HOST: 'gpu.lan' });
    const again = await run([], { OLLAMA_HOST: 'gpu.lan' });

    expect(first.parameters[0]).toMatchObject({
      Stage: 'local',
      MigrationDatabaseUrl: 'postgres://understudy_migrator:understudy@postgres:5432/understudy',
      RedisUrl: 'redis://redis:6379',
      ChromaUrl: 'http://chroma:8000',
      OllamaUrl: 'http://gpu.lan:11434',
      MalwareScanner: 'clamd',
      ClamdAddress: 'clamav:3310',
    });
    expect(first.parameters[0]?.AuthDatabaseUrl).toMatch(/^postgres:\/\/understudy_auth:[\w-]{43}@postgres:5432/);
    expect(Buffer.from(first.parameters[0]?.DataEncryptionKey ?? '', 'base64')).toHaveLength(32);
    expect(first.parameters).toEqual(again.parameters);
  });

  test('--here takes parts, extractor and emulator from this machine', async () => {
    const { parameters } = await run(['--here'], HERE);

    expect(parameters[1]).not.toHaveProperty('MalwareScanner');
    expect(parameters[1]).toMatchObject({
      RedisUrl: HERE.UNDERSTUDY_REDIS_URL,
      ExtractorProgram: expect.stringMatching(/layers\/extractor\/extractor\/extract\.mjs$/),
      SocketManagementUrl: `${ENDPOINT}/_aws/execute-api/def456/socket`,
    });
  });

  test.each([
    ['--here without parts', ['--here'], {}, '--here needs UNDERSTUDY_DATABASE_URL, UNDERSTUDY_REDIS_URL'],
    ['an unknown option', ['--force'], {}, "Unknown option '--force'", 2],
    ['an endpoint that is none', [], { AWS_ENDPOINT_URL: 'localhost:4566' }, 'is no address'],
  ])('%s is refused in one line, and nothing is run', async (_, args, env, expected, exitCode = 1) => {
    const { code, text, ran } = await run(args, env);

    expect(code).toBe(exitCode);
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain(expected);
    expect(ran).toEqual([]);
  });

  test('says in one line that nothing answers', async () => {
    const printed: string[] = [];
    const code = await deployCommand([], {
      env: { AWS_ENDPOINT_URL: ENDPOINT },
      print: (line) => printed.push(line),
      build: () => Promise.reject(new Error('built nothing')),
      fetch: () => Promise.reject(new Error('refused')),
      runCdk: () => Promise.reject(new Error('ran nothing')),
    });

    expect(code).toBe(1);
    expect(printed).toEqual([
      `${ENDPOINT} does not answer: start LocalStack by npm run localstack:up, or set AWS_ENDPOINT_URL`,
    ]);
  });

  test('ends with 1 when the CDK does', async () => {
    const { code, text } = await run([], {}, { code: 3 });

    expect(code).toBe(1);
    expect(text).toContain('cdklocal bootstrap ended with 3');
  });
});
