import { inject, test } from 'vitest';

/** For what emulators of AWS do otherwise (docs/localstack.md): left out where the tests run against a deployed stack. */
export const testOnLocalHost = test.skipIf(inject('deployed'));
