import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { FUNCTION_ENTRIES } from '../../../../infra/build/function-entries.ts';
import { AiEnv, AuthEnv, ChannelEnv, HubEnv, MigrateEnv, RootEnv } from '../../../../shared/config/env-constants.ts';
import { makeBuildFolder, serviceTemplate } from './service-template.ts';

const stack = serviceTemplate();
const names = Object.keys(FUNCTION_ENTRIES);

const ENVIRONMENTS: Readonly<Record<string, z.ZodObject>> = {
  auth: AuthEnv,
  hub: HubEnv,
  ai: AiEnv,
  channel: ChannelEnv,
  migrate: MigrateEnv,
};

test('every function of the build is in the stack, and no other', () => {
  const inStack = stack.ofType('AWS::Lambda::Function').map(({ Metadata }) => Metadata?.['understudy:function']);

  expect(inStack.sort()).toEqual(names.sort());
});

describe.each(names)('%s', (name) => {
  const { Properties, DependsOn } = stack.functionNamed(name);

  test('runs on Node 24 on arm64, traced, within limits', () => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
    expect(Properties.Timeout).toBeLessThanOrEqual(name === 'ai-ingest' ? 600 : 300);
    expect(Properties.MemorySize).toBeGreaterThanOrEqual(512);
  });

  test('gets exactly the variables that its schema reads', () => {
    const shape = name === 'auth-api' ? RootEnv.shape : (ENVIRONMENTS[name.split('-')[0] ?? '']?.shape ?? {});
    const given = Object.keys(Properties.Environment.Variables);
    const needed = Object.entries(shape).flatMap(([key, schema]) =>
      (schema as z.ZodType).safeParse(undefined).success ? [] : [key],
    );

    expect(given.filter((variable) => !(variable in shape))).toEqual([]);
    expect(needed.filter((variable) => !given.includes(variable))).toEqual([]);
  });

  test('is deployed anew when secrets have changed, which it reads only then', () => {
    expect(Properties.Environment.Variables.CREDENTIALS_ROUND).toEqual({ Ref: 'CredentialsRound' });
  });

  test('logs to a group of its own that forgets', () => {
    const id = Properties.LoggingConfig.LogGroup.Ref;
    const group = stack.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => logicalId === id);

    expect(group?.Properties.RetentionInDays).toBe(30);
  });

  test('comes after the migrations', () => {
    const [migrations] = stack.ofType('Custom::Migrations');

    expect(DependsOn?.includes(migrations?.logicalId ?? '')).toBe(name !== 'migrate');
  });
});

test('secrets reach the functions of the one service that needs them', () => {
  const holders = (variable: string) =>
    names.filter((name) => variable in stack.functionNamed(name).Properties.Environment.Variables);

  expect(holders('PASSWORD_PEPPER')).toEqual(['auth-api', 'auth-rotate-keys', 'auth-warn-spending']);
  expect(holders('VISITOR_TOKEN_SECRET').every((name) => name.startsWith('channel-'))).toBe(true);
  expect(holders('MIGRATION_DATABASE_URL')).toEqual(['migrate']);
});

test('only ingest carries the extractor', () => {
  const [layer] = stack.ofType('AWS::Lambda::LayerVersion');
  const carriers = names.filter((name) => stack.functionNamed(name).Properties.Layers);

  expect(carriers).toEqual(['ai-ingest']);
  expect(stack.functionNamed('ai-ingest').Properties.Layers).toEqual([{ Ref: layer?.logicalId }]);
});

test('the migrations run again when one is added, and only then', () => {
  const hashOf = (migration: string) =>
    serviceTemplate({ buildFolder: makeBuildFolder(migration) }).ofType('Custom::Migrations')[0]?.Properties
      .MigrationsHash;

  expect(hashOf('select 1;')).toBe(hashOf('select 1;'));
  expect(hashOf('select 1;')).not.toBe(hashOf('select 2;'));
});

test('the migrations run again for new files and for changed secrets', () => {
  const [migrations] = stack.ofType('Custom::Migrations');

  expect(migrations?.Properties).toMatchObject({
    MigrationsHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    CredentialsRound: { Ref: 'CredentialsRound' },
  });
});

test('a deployment does not wait an hour for migrations that cannot begin', () => {
  const [migrations] = stack.ofType('Custom::Migrations');

  expect(Number(migrations?.Properties.ServiceTimeout)).toBe(3 * stack.functionNamed('migrate').Properties.Timeout);
});
