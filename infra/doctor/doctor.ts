import { PROJECT_ROOT } from '../build/function-entries.ts';
import { doctorCommand } from './doctor-command.ts';

// npm run doctor
const code = await doctorCommand(process.argv.slice(2), {
  root: PROJECT_ROOT,
  env: process.env,
  nodeVersion: process.versions.node,
  print: (line) => console.log(line),
});
// Connections to parts that hang would keep the process alive.
process.exit(code);
