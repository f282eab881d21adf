import { buildFunctions } from './build/build-functions.ts';
import { readConfig } from './config.ts';
import { synthesize } from './synthesize.ts';

// node infra/app.ts [outdir [build folder]]; the CDK command runs this very file.
const config = readConfig();
await buildFunctions({ folder: config.buildFolder });
synthesize(config);
