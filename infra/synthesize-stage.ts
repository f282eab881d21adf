import { type App, Validations } from 'aws-cdk-lib/core';
import type { InfraConfig, Stage } from './config.ts';
import { ArguedRules } from './stacks/argued-findings.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { openApp, SERVICE_STACK_ID } from './synthesize.ts';

export const PLATFORM_STACK_ID = 'PlatformStack';
export const EDGE_STACK_ID = 'EdgeStack';

/**
 * Writes the cloud assembly of a stage on AWS: the service stack between the two that only AWS has. Needs no network
 * and no account. Stops at a finding of the AwsSolutions rules that nobody has argued.
 */
export function synthesizeStage(config: InfraConfig, stage: Stage): void {
  const app = openApp(config);
  addStacks(app, config, stage);
  Validations.of(app).addPlugins(new ArguedRules(app));
  app.synth();
}

export function addStacks(app: App, { stackName, buildFolder }: InfraConfig, stage: Stage): void {
  const terminationProtection = stage.name === 'prod';
  const platform = new PlatformStack(app, PLATFORM_STACK_ID, {
    stackName: `${stackName}-platform`,
    terminationProtection,
    stage: stage.name,
    config: stage.config,
  });
  const service = new ServiceStack(app, SERVICE_STACK_ID, {
    stackName,
    buildFolder,
    terminationProtection,
    platform: platform.connection,
  });
  new EdgeStack(app, EDGE_STACK_ID, {
    stackName: `${stackName}-edge`,
    service: service.edge,
    domain: stage.config.domain,
    dataKeyArn: platform.connection.dataKeyArn,
  });
}
