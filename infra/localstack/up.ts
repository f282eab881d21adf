import { PROJECT_ROOT } from '../build/function-entries.ts';
import { upCommand } from './compose-command.ts';
import { runDocker } from './run-docker.ts';

// npm run localstack:up
process.chdir(PROJECT_ROOT);
const print = (line: string) => console.log(line);
process.exitCode = await upCommand(process.argv.slice(2), { env: process.env, print, runDocker });
