import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfig } from '../../../../infra/config.ts';
import { argumentFor } from '../../../../infra/stacks/argued-findings.ts';
import type { StageConfig, StageName } from '../../../../infra/stage-config.ts';
import { SERVICE_STACK_ID } from '../../../../infra/synthesize.ts';
import { addStacks, EDGE_STACK_ID, PLATFORM_STACK_ID } from '../../../../infra/synthesize-stage.ts';
import { inTemporaryAssembly, makeBuildFolder, type Resource } from './service-template.ts';

export interface Finding {
  readonly rule: string;
  readonly path: string;
  /** Somebody said why it may stay. */
  readonly isArgued: boolean;
}

export interface AwsStack {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
  /** Names of the outputs that other stacks may read. */
  readonly exports: readonly string[];
  ofType(type: string): readonly Resource[];
}

export type AwsStacks = Readonly<Record<'platform' | 'service' | 'edge', AwsStack>>;

const IDS = { platform: PLATFORM_STACK_ID, service: SERVICE_STACK_ID, edge: EDGE_STACK_ID } as const;

/** The three stacks of a stage with the functions of the test build, and what the AwsSolutions rules find in them. */
export function awsStacks(stage: StageName, change: Change = (config) => config): AwsStacks {
  return inTemporaryAssembly((outdir) => synthesizeIn(outdir, stage, change));
}

type Change = (config: StageConfig) => StageConfig;

function synthesizeIn(outdir: string, stage: StageName, change: Change): AwsStacks {
  const config = readConfig([`.build/test-stacks/${stage}`, makeBuildFolder()], {
    CDK_CONTEXT_JSON: JSON.stringify({ stage }),
  });
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    outdir,
    builtinCloudFormationValidation: false,
    context: { ...config.context },
  });
  if (!config.stage) throw new Error(`${stage} was not read`);
  addStacks(app, config, { ...config.stage, config: change(config.stage.config) });
  app.synth();
  const findings = new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        rule: ruleName,
        path: constructPath,
        isArgued: argumentFor(ruleName, constructPath) !== undefined,
      })),
    );
  const one = (id: string): AwsStack => {
    const stack = app.node.findChild(id);
    if (!(stack instanceof Stack)) throw new Error(`${id} is no stack`);
    const { Resources, Outputs = {} } = Template.fromStack(stack).toJSON();
    const found: Record<string, Omit<Resource, 'logicalId'>> = Resources;
    const outputs: { Export?: { Name: string } }[] = Object.values(Outputs);
    const resources = Object.entries(found).map(([logicalId, resource]) => ({ ...resource, logicalId }));
    return {
      resources,
      exports: outputs.flatMap(({ Export }) => (Export ? [Export.Name] : [])),
      findings: findings.filter(({ path }) => path.startsWith(`${id}/`)),
      ofType: (type) => resources.filter(({ Type }) => Type === type),
    };
  };
  return { platform: one(IDS.platform), service: one(IDS.service), edge: one(IDS.edge) };
}
