import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../../infra/build/function-entries.ts';
import { readConfig } from '../../../../infra/config.ts';
import { SERVICE_RESOURCE_TYPES } from '../../../../infra/stacks/resource-types.ts';
import { SERVICE_STACK_ID, synthesize } from '../../../../infra/synthesize.ts';
import { makeBuildFolder, serviceTemplate } from './service-template.ts';

/** Properties by which a resource would get a name of ours, and could not be replaced or made twice. */
const NAME_PROPERTIES = [
  'BucketName',
  'QueueName',
  'FunctionName',
  'RoleName',
  'LogGroupName',
  'AlarmName',
  'DashboardName',
  'LayerName',
];
const NAMED_BY_REFERENCE = ['AWS::Lambda::Permission', 'AWS::Lambda::EventSourceMapping'];

describe.each([{ onPlatform: false }, { onPlatform: true }])(
  'the service stack, on the platform: $onPlatform',
  (options) => {
    const stack = serviceTemplate(options);

    test('uses every resource type of the closed list and no other', () => {
      const used = new Set(stack.resources.map(({ Type }) => Type));

      expect([...used].sort()).toEqual([...SERVICE_RESOURCE_TYPES].sort());
    });

    test('stays far from the 500 resources that CloudFormation takes', () => {
      expect(stack.resources.length).toBeLessThan(200);
    });

    test('gives no resource a name of its own', () => {
      const named = stack.resources
        .filter(({ Type }) => !NAMED_BY_REFERENCE.includes(Type))
        .filter(({ Properties }) => NAME_PROPERTIES.some((property) => property in (Properties ?? {})));

      expect(named).toEqual([]);
    });

    test('hides every secret parameter', () => {
      const parameters: Record<string, { NoEcho?: boolean }> = stack.template.toJSON().Parameters;
      const names = Object.keys(parameters).filter((name) => !name.startsWith('Quota'));
      const secret = names.filter((name) => /Database|Redis|Token|Secret|Key|Pepper/.test(name));

      expect(secret.length).toBeGreaterThanOrEqual(9);
      expect(secret.filter((name) => !parameters[name]?.NoEcho)).toEqual([]);
    });
  },
);

test('only on the platform functions join a network', () => {
  const inNetwork = (onPlatform: boolean) =>
    serviceTemplate({ onPlatform })
      .ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.VpcConfig).length;

  expect(inNetwork(false)).toBe(0);
  expect(inNetwork(true)).toBe(13);
});

test('tells where things are', () => {
  const outputs = Object.keys(serviceTemplate().template.toJSON().Outputs);

  expect(outputs.sort()).toEqual([
    'IngestQueueUrl',
    'LibraryBucketName',
    'RestUrl',
    'SocketUrl',
    'TurnsQueueUrl',
    'UploadsBucketName',
  ]);
});

test('passes CloudFormation’s own rules and names the assets of its functions', () => {
  const outdir = join(PROJECT_ROOT, '.build/test-stacks/assembly');
  const config = readConfig([outdir, makeBuildFolder()], { CDK_OUTDIR: 'ignored' });

  synthesize(config);

  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  expect(config.validate).toBe(true);
  expect(report.pluginReports.flatMap((plugin: { violations?: unknown[] }) => plugin.violations ?? [])).toEqual([]);
  const template = JSON.parse(readFileSync(join(outdir, `${SERVICE_STACK_ID}.template.json`), 'utf8'));
  const functions = Object.values<{ Type: string; Metadata: Record<string, string> }>(template.Resources).filter(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
  expect(functions.map(({ Metadata }) => Metadata['aws:asset:path']?.startsWith('asset.'))).toEqual(
    functions.map(() => true),
  );
});
