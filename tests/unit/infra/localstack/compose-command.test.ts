import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../../infra/build/function-entries.ts';
import { CHROMA_MALLOC, chromaConfig } from '../../../../infra/chroma-settings.ts';
import { OPEN_INDEXES } from '../../../../infra/local/parts/chroma.ts';
import { downCommand, upCommand } from '../../../../infra/localstack/compose-command.ts';

const TOKEN = { LOCALSTACK_AUTH_TOKEN: 'ls-token' };

/** Runs a command in a world where docker answers as told. */
async function run(
  command: typeof upCommand,
  args: readonly string[],
  env: Record<string, string> = TOKEN,
  answers: (line: string) => number | undefined = () => 0,
) {
  const printed: string[] = [];
  const ran: string[] = [];
  const code = await command(args, {
    env,
    print: (line) => printed.push(line),
    runDocker: async (dockerArgs) => {
      ran.push(dockerArgs.join(' '));
      return answers(dockerArgs.join(' '));
    },
  });
  return { code, text: printed.join('\n'), printed, ran };
}

describe('localstack:up', () => {
  test('starts the containers, waits for them and fetches the models', async () => {
    const { code, ran } = await run(upCommand, []);

    expect(code).toBe(0);
    expect(ran.slice(2)).toEqual(['compose -f localstack.yml up --wait', 'compose -f localstack.yml run --rm models']);
  });

  test('leaves the models out when told so', async () => {
    const { ran } = await run(upCommand, ['--no-models']);

    expect(ran.at(-1)).toBe('compose -f localstack.yml up --wait');
  });

  test.each([
    ['no Docker', () => undefined, 'Docker is not installed'],
    ['no compose plug-in', () => 1, 'Docker has no compose plug-in'],
    ['a daemon that is down', (line: string) => (line === 'info' ? 1 : 0), 'its daemon does not answer'],
  ])('says in one line that there is %s, and what to do', async (_, answers, expected) => {
    const { code, printed } = await run(upCommand, [], TOKEN, answers);

    expect(code).toBe(1);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(expected);
    expect(printed[0]).toContain('npm start runs the same stack');
  });

  test('starts nothing without the token that LocalStack wants', async () => {
    const { code, text, ran } = await run(upCommand, [], {});

    expect(code).toBe(1);
    expect(text).toContain('LOCALSTACK_AUTH_TOKEN is not set');
    expect(ran.some((line) => line.includes('up'))).toBe(false);
  });

  test('ends with 1 when compose fails', async () => {
    const { code, text } = await run(upCommand, [], TOKEN, (line) => (line.includes('up') ? 17 : 0));

    expect(code).toBe(1);
    expect(text).toContain('docker compose up ended with 17');
  });
});

describe('localstack:down', () => {
  test.each([
    [[], 'compose -f localstack.yml down'],
    [['--volumes'], 'compose -f localstack.yml down --volumes'],
  ])('with %j runs %s', async (args, expected) => {
    const { code, ran } = await run(downCommand, args);

    expect(code).toBe(0);
    expect(ran.at(-1)).toBe(expected);
  });
});

test.each([
  ['up', upCommand],
  ['down', downCommand],
] as const)('localstack:%s --help runs nothing, and an unknown option is refused', async (name, command) => {
  const help = await run(command, ['--help']);
  const wrong = await run(command, ['--force']);

  expect(help).toMatchObject({ code: 0, ran: [], text: expect.stringContaining(`npm run localstack:${name}`) });
  expect(wrong).toMatchObject({ code: 2, ran: [], text: expect.stringContaining("Unknown option '--force'") });
});

test('the compose file pins every image, tells every health, and keeps all in one network', () => {
  const text = readFileSync(`${PROJECT_ROOT}localstack.yml`, 'utf8');
  const images = [...text.matchAll(/^ {4}image: (\S+)$/gm)].map(([, image]) => image ?? '');

  expect(images).toHaveLength(7);
  expect(images.filter((image) => !/:\d[\w.-]*$/.test(image))).toEqual([]);
  expect(images).toContainEqual(expect.stringMatching(/^localstack\/localstack:20\d\d\.\d\d$/));
  expect(text.match(/^ {4}healthcheck:/gm)).toHaveLength(6);
  expect(text.match(/^ {4}networks: \[understudy\]$/gm)).toHaveLength(7);
  expect(text).toContain('${LOCALSTACK_AUTH_TOKEN:?');
});

test('the compose file runs Chroma with the settings that hold everywhere', () => {
  const text = readFileSync(`${PROJECT_ROOT}localstack.yml`, 'utf8');
  const indented = (lines: string) => lines.replaceAll(/^(?=.)/gm, ' '.repeat(6));
  const places = { port: 8_000, listenAddress: '0.0.0.0', persistPath: '/data' };
  const malloc = Object.entries(CHROMA_MALLOC).map(([name, value]) => `${name}: "${value}"\n`);

  expect(text).toContain(indented(chromaConfig({ ...places, openIndexes: OPEN_INDEXES, shards: 1 })));
  expect(text).toContain(indented(malloc.join('')));
});
