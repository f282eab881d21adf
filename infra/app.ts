import { buildFunctions } from './build/build-functions.ts';
import { readConfig } from './config.ts';
import { synthesize } from './synthesize.ts';

// node infra/app.ts [outdir [build folder]]; the CDK command runs this very file, with a stage as `cdk -c stage=dev`.
const config = readConfig();
await buildFunctions({ folder: config.buildFolder });
if (config.stage) {
  // Read only where it is needed: a local start would wait for it.
  const { synthesizeStage } = await import('./synthesize-stage.ts');
  synthesizeStage(config, config.stage);
} else {
  synthesize(config);
}
