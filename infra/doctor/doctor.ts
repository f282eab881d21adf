import { PROJECT_ROOT } from '../build/function-entries.ts';
import { doctorCommand } from './doctor-command.ts';

// npm run doctor
process.exitCode = await doctorCommand(process.argv.slice(2), {
  root: PROJECT_ROOT,
  env: process.env,
  nodeVersion: process.versions.node,
  print: (line) => console.log(line),
});
