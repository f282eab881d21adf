import { App } from 'aws-cdk-lib/core';
import type { InfraConfig } from './config.ts';
import { ServiceStack } from './stacks/service-stack.ts';

/** The stack's id in the app and in the assembly: its template is `<outdir>/ServiceStack.template.json`. */
export const SERVICE_STACK_ID = 'ServiceStack';

/**
 * Writes the cloud assembly of the built functions to `config.outdir`. Needs no network and no account; every
 * function's and layer's metadata name the asset folder beside the template (`aws:asset:path`).
 */
export function synthesize(config: InfraConfig): void {
  const app = openApp(config);
  new ServiceStack(app, SERVICE_STACK_ID, { stackName: config.stackName, buildFolder: config.buildFolder });
  app.synth();
}

export function openApp(config: InfraConfig): App {
  return new App({
    outdir: config.outdir,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: config.validate,
    context: { ...config.context, 'aws:cdk:enable-asset-metadata': true },
  });
}
