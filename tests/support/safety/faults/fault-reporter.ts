import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Notes the names of tests that failed, and files that could not run at all. */
export class FaultReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const report = process.env.FAULT_REPORT;
    if (!report) return;
    const tests = [...module.children.allTests()];
    const failed = tests.filter((test) => test.result().state === 'failed').map((test) => test.fullName);
    const broken = tests.length === 0 || module.errors().length > 0;
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    appendFileSync(report, `${JSON.stringify({ file: module.relativeModuleId, failed, passed, broken })}\n`);
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter from its file's default export
export default FaultReporter;
