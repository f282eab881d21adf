import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { FUNCTION_ENTRIES, PROJECT_ROOT } from '../../../../infra/build/function-entries.ts';
import type { PlatformConnection } from '../../../../infra/stacks/platform-access.ts';
import { ServiceStack } from '../../../../infra/stacks/service-stack.ts';

export interface Resource {
  readonly logicalId: string;
  readonly Type: string;
  // Templates are untyped by nature; a test reads what it names.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly Properties: any;
  readonly Metadata?: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
}

export interface ServiceTemplate {
  readonly template: Template;
  readonly resources: readonly Resource[];
  ofType(type: string): readonly Resource[];
  /** The function's resource by its name in the build. */
  functionNamed(name: string): Resource;
}

/** What the platform's own stack would supply, as plain words. */
const PLATFORM: PlatformConnection = {
  parameters: { Stage: 'dev', AuthDatabaseUrl: 'postgres://proxy.example.org/understudy' },
  subnetIds: ['subnet-1', 'subnet-2'],
  securityGroupIds: ['sg-1'],
  alarmTopicArn: 'arn:aws:sns:eu-central-1:000000000000:alarms',
  dataKeyArn: 'arn:aws:kms:eu-central-1:000000000000:key/data',
  turnsAtOnce: 10,
  reservedConcurrency: { 'ai-generate': 10 },
};

/** A build in which every function is one line: the stack is what is tested. */
export function makeBuildFolder(migration = 'select 1;'): string {
  const folder = join(
    PROJECT_ROOT,
    '.build/test-stacks',
    createHash('sha256').update(migration).digest('hex').slice(0, 8),
  );
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const name of Object.keys(FUNCTION_ENTRIES)) write(`functions/${name}/index.mjs`, `// ${name}`);
  write('functions/migrate/migrations/0001_first.sql', migration);
  write('layers/extractor/extractor/extract.mjs', '// extractor');
  return folder;
}

/** Lets an app write where nothing stays: left to itself the CDK leaves a folder behind for each app. */
export function inTemporaryAssembly<T>(work: (outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'understudy-cdk-'));
  try {
    return work(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function serviceTemplate(options: { onPlatform?: boolean; buildFolder?: string } = {}): ServiceTemplate {
  const template = inTemporaryAssembly((outdir) => {
    const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
    const stack = new ServiceStack(app, 'ServiceStack', {
      stackName: 'understudy',
      buildFolder: options.buildFolder ?? makeBuildFolder(),
      platform: options.onPlatform ? PLATFORM : undefined,
    });
    return Template.fromStack(stack);
  });
  const found: Record<string, Omit<Resource, 'logicalId'>> = template.toJSON().Resources;
  const resources = Object.entries(found).map(([logicalId, resource]) => ({ ...resource, logicalId }));
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  return {
    template,
    resources,
    ofType,
    functionNamed: (name) => {
      const one = ofType('AWS::Lambda::Function').find(({ Metadata }) => Metadata?.['understudy:function'] === name);
      if (!one) throw new Error(`the stack has no function ${name}`);
      return one;
    },
  };
}
