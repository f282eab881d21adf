import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The end-to-end tests against a stack that is deployed at AWS_ENDPOINT_URL: `npm run test:localstack`.
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'localstack',
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    // What speaks to the APIs alone. The others look at the local host's own files and processes.
    include: ['main-job', 'curated-answers', 'erasure', 'bad-input', 'bad-uploads', 'bad-frames', 'bad-origins'].map(
      (name) => `tests/e2e/${name}.test.ts`,
    ),
    globalSetup: ['tests/support/deployed-stack-setup.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    fileParallelism: false,
  },
});
