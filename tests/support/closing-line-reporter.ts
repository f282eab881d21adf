import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed` as the last line, whatever else reports. A file or a setup that cannot run counts as
 * failed.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      if (module.errors().length > 0) counts.failed += 1;
    }
    process.once('exit', (exitCode) => {
      const failed = exitCode !== 0 && counts.failed === 0 ? 1 : counts.failed;
      const skipped = counts.skipped + counts.pending;
      process.stdout.write(`${counts.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    });
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter from its file's default export
export default ClosingLineReporter;
