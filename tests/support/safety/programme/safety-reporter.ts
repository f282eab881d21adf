import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { PROJECT_ROOT } from '../../module-graph.ts';

/** Notes what became of each test file as soon as it is done, so that a run that is ended early still tells. */
export class SafetyReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const report = process.env.SAFETY_REPORT;
    if (!report) return;
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    const { passed, failed, skipped, pending } = counts;
    const broken = module.errors().length > 0 || module.state() === 'failed';
    const outcome = { passed, failed: broken ? Math.max(1, failed) : failed, skipped: skipped + pending };
    appendFileSync(report, `${JSON.stringify({ file: relative(PROJECT_ROOT, module.moduleId), ...outcome })}\n`);
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter from its file's default export
export default SafetyReporter;
