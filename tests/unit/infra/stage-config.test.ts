import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../infra/config.ts';
import { connectionBudget } from '../../../infra/stacks/connection-budget.ts';
import {
  parseStageConfig,
  placeholdersIn,
  readStageConfig,
  STAGES,
  StageConfigError,
  stageNamed,
} from '../../../infra/stage-config.ts';

const prod = JSON.parse(readFileSync(new URL('../../../infra/stages/prod.json', import.meta.url), 'utf8'));
const parse = (changes: object, stage: 'dev' | 'prod' = 'prod') =>
  parseStageConfig(stage, JSON.stringify({ ...prod, ...changes }), 'the file');

describe.each(STAGES)('%s', (stage) => {
  test('has a complete configuration, which its database bears', () => {
    const config = readStageConfig(stage);
    const { planned, allowed } = connectionBudget(config.reservedConcurrency, config.database.maxConnections);

    expect(planned).toBeLessThanOrEqual(allowed);
  });

  test('tells which of its values only stand for what an operator knows', () => {
    expect(placeholdersIn(readStageConfig(stage))).toEqual(expect.arrayContaining(['mailFrom', 'alarmEmail']));
  });
});

test('the arithmetic of connections is told as it is', () => {
  const told = readFileSync(new URL('../../../docs/scaling.md', import.meta.url), 'utf8');
  const [, staging, inProd] = /^\| \*\*sum\*\* .*?\*\*(\d+)\*\*.*?\*\*(\d+)\*\*/m.exec(told) ?? [];

  const planned = (['staging', 'prod'] as const).map((stage) => {
    const { reservedConcurrency, database } = readStageConfig(stage);
    return String(connectionBudget(reservedConcurrency, database.maxConnections).planned);
  });

  expect(planned).toEqual([staging, inProd]);
});

describe('a configuration that is not complete', () => {
  test.each([
    ['what is missing', { region: undefined }, /the file is not complete:\n {2}region: /],
    ['what is unknown', { regoin: 'x' }, /regoin/],
    [
      'a processor that the image does not run on',
      { models: { ...prod.models, instance: 'g5g.xlarge' } },
      /models\.instance: an x86_64 GPU type/,
    ],
    ['names that production needs', { domain: undefined }, /domain: missing: prod needs host names/],
    ['one name for pages and API', { domain: { ...prod.domain, api: prod.domain.web } }, /domain\.api: must differ/],
    [
      'more connections than the database bears',
      { database: { ...prod.database, maxConnections: 100 } },
      /reservedConcurrency: \d+ database connections, of which 70 are allowed/,
    ],
    [
      'fewer instances than turns',
      { models: { ...prod.models, turnsAtOnce: 41 } },
      /reservedConcurrency: ai-generate has 40, models\.turnsAtOnce says 41/,
    ],
    [
      'a function without a limit',
      { reservedConcurrency: { 'ai-generate': 40 } },
      /reservedConcurrency: missing: auth-api/,
    ],
  ])('is refused, naming %s', (_, changes, expected) => {
    expect(() => parse(changes)).toThrow(StageConfigError);
    expect(() => parse(changes)).toThrow(expected);
  });

  test('is refused when it is no JSON', () => {
    expect(() => parseStageConfig('dev', '{', 'the file')).toThrow(/the file is no JSON/);
  });
});

test('a stage that does not exist is refused with those that do', () => {
  expect(() => stageNamed('production')).toThrow('there is no stage production: take one of dev, staging, prod');
});

test('only the CDK command chooses a stage, so a local start inherits none', () => {
  expect(readConfig([], { UNDERSTUDY_STAGE: 'prod', STAGE: 'prod' }).stage).toBeUndefined();
  expect(readConfig([], { CDK_CONTEXT_JSON: '{"stage":"prod"}' })).toMatchObject({
    stage: { name: 'prod' },
    stackName: 'understudy-prod',
  });
});
