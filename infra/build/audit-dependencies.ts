import { spawnSync } from 'node:child_process';
import * as z from 'zod';
import { PROJECT_ROOT } from './function-entries.ts';

// The command behind `npm run audit`: known vulnerabilities of what goes into the bundles. Not every registry has the
// data, so this is never the only gate: without data it says so and succeeds.

const Report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
const report = Report.safeParse(parse(stdout));
if (report.success) {
  const found = Object.entries(report.data.vulnerabilities);
  for (const [name, { severity, range }] of found) console.log(`${severity}: ${name} ${range}`);
  console.log(`${found.length} known vulnerabilities in what is deployed`);
  process.exitCode = found.some(([, { severity }]) => severity === 'high' || severity === 'critical') ? 1 : 0;
} else {
  console.log('not scanned for known vulnerabilities: the registry gives no data');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
