import { spawnSync } from 'node:child_process';
import * as z from 'zod';
import { readWords } from '../command-words.ts';
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

if (readWords(HELP)) audit();

function audit(): void {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
  const report = Report.safeParse(parse(stdout));
  if (report.success) {
    const found = Object.entries(report.data.vulnerabilities);
    for (const [name, { severity, range }] of found) console.log(`${severity}: ${name} ${range}`);
    console.log(`${found.length} known vulnerabilities in what is deployed`);
    process.exitCode = found.some(([, { severity }]) => severity === 'high' || severity === 'critical') ? 1 : 0;
  } else {
    console.warn('WARNING: nothing was scanned for known vulnerabilities, for the registry gives no data');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
