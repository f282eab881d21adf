import { DATABASE_FAULTS } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { IDENTITY_FAULTS } from './identity-faults.ts';

/** Every fault that `npm run test:faults` plants; the table in docs/security.md names them, too. */
export const FAULTS: readonly Fault[] = [...DATABASE_FAULTS, ...IDENTITY_FAULTS];
