import { PROJECT_ROOT } from '../build/function-entries.ts';
import { runDeployCommand } from './run-deploy-command.ts';

// npm run localstack:deploy
process.chdir(PROJECT_ROOT);
process.exitCode = await runDeployCommand(process.argv.slice(2));
