import { App, Validations } from 'aws-cdk-lib/core';
import type { InfraConfig } from './config.ts';
import { ArguedRules } from './stacks/argued-findings.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';

/** The stack's id in the app and in the assembly: its template is `<outdir>/ServiceStack.template.json`. */
export const SERVICE_STACK_ID = 'ServiceStack';
export const PLATFORM_STACK_ID = 'PlatformStack';
export const EDGE_STACK_ID = 'EdgeStack';

/**
 * Writes the cloud assembly of the built functions to `config.outdir`: the service stack alone, or with a stage the
 * three stacks of an installation on AWS. Needs no network and no account; every function's and layer's metadata name
 * the asset folder beside the template (`aws:asset:path`).
 */
export function synthesize(config: InfraConfig): void {
  const app = new App({
    outdir: config.outdir,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: config.validate,
    context: { ...config.context, 'aws:cdk:enable-asset-metadata': true },
  });
  addStacks(app, config);
  if (config.stage) Validations.of(app).addPlugins(new ArguedRules(app));
  app.synth();
}

export function addStacks(app: App, { stage, stackName, buildFolder }: InfraConfig): void {
  if (!stage) {
    new ServiceStack(app, SERVICE_STACK_ID, { stackName, buildFolder });
    return;
  }
  const named = (part: string) => ({ stackName: `${stackName}-${part}`, terminationProtection: stage.name === 'prod' });
  const platform = new PlatformStack(app, PLATFORM_STACK_ID, {
    ...named('platform'),
    stage: stage.name,
    config: stage.config,
  });
  const service = new ServiceStack(app, SERVICE_STACK_ID, { stackName, buildFolder, platform: platform.connection });
  new EdgeStack(app, EDGE_STACK_ID, {
    ...named('edge'),
    service: service.edge,
    domain: stage.config.domain,
    dataKeyArn: platform.connection.dataKeyArn,
  });
}
