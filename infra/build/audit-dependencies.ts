import { spawnSync } from 'node:child_process';
import * as z from 'zod';
import { runProgram } from '../../shared/config/command-line.ts';
import { PROJECT_ROOT } from './function-entries.ts';

// The command behind `npm run audit`: known vulnerabilities of what goes into the bundles.

const HELP = `Asks the registry for known vulnerabilities of the packages that are deployed.

  npm run audit
  npm run audit -- --help   prints this

Ends with 1 at a high or critical one. Not every registry has the data, so it is never the only gate: without data it
says so and ends with 0.
`;

const Report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});

await runProgram({ call: 'npm run audit', help: HELP, options: {}, run: audit });

/** Returns the exit code. */
function audit(): number {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
  const report = Report.safeParse(parse(stdout));
  if (report.success) {
    const found = Object.entries(report.data.vulnerabilities);
    for (const [name, { severity, range }] of found) console.log(`${severity}: ${name} ${range}`);
    console.log(`${found.length} known vulnerabilities in what is deployed`);
    return found.some(([, { severity }]) => severity === 'high' || severity === 'critical') ? 1 : 0;
  }
  console.warn('WARNING: nothing was scanned for known vulnerabilities, for the registry gives no data');
  return 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
