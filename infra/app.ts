import { runProgram } from '../shared/config/command-line.ts';
import { buildFunctions } from './build/build-functions.ts';
import { readConfig } from './config.ts';
import { synthesize } from './synthesize.ts';

const HELP = `Builds the functions and writes the CloudFormation template of the service with its assets.

  npm run synth                               into cdk.out, from the bundles in .build
  npm run synth -- <folder> [build folder]    elsewhere
  npx cdk synth -c stage=dev                  the three stacks of a stage; the CDK command runs the same program
  npm run synth -- --help                     prints this
`;

await runProgram({ call: 'npm run synth', help: HELP, options: {}, mostWords: 2, run: (_, words) => synth(words) });

async function synth(words: readonly string[]): Promise<number> {
  const config = readConfig(words);
  await buildFunctions({ folder: config.buildFolder });
  if (config.stage) {
    // Read only where it is needed: a local start would wait for it.
    const { synthesizeStage } = await import('./synthesize-stage.ts');
    synthesizeStage(config, config.stage);
  } else {
    synthesize(config);
  }
  return 0;
}
