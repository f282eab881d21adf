import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { AuthEnv, readEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openColumnCipher } from '../../shared/security/column-encryption.ts';
import { openSigningKeys, type SigningKeys } from './repositories/signing-keys.ts';
import { type RotationReport, rotateKeys } from './use-cases/key-ring.ts';

/** The schedule's event says nothing of ours; a person who wants a rotation now invokes with `{"rotate": true}`. */
const RotationEvent = z.object({ rotate: z.boolean().default(false) });

let keys: SigningKeys | undefined;

/** Daily: retires keys past their overlap and lets the next one take over when the current one is 30 days old. */
export async function handler(event: unknown, context: Pick<Context, 'awsRequestId'>): Promise<RotationReport> {
  const scope = { requestId: requestIdFrom(context.awsRequestId), service: 'auth', route: 'rotate-keys' };
  return runInScope(scope, async () => {
    keys ??= openFromEnv();
    const { rotate } = RotationEvent.parse(event ?? {});
    const report = await rotateKeys(keys, { demanded: rotate });
    log.info('signing keys checked', { ...report });
    return report;
  });
}

function openFromEnv(): SigningKeys {
  const env = readEnv(AuthEnv);
  return openSigningKeys(openPool(env.DATABASE_URL, { maxConnections: 1 }), openColumnCipher(env.DATA_ENCRYPTION_KEY));
}
