import * as z from 'zod';
import { APIError } from '../../../shared/errors/api-error.ts';
import { Permission } from '../../../shared/models/permission.ts';
import { Timestamp } from '../../../shared/models/wire.ts';
import { apiKeyHint, hashSecret, newApiKey } from '../../../shared/security/api-key.ts';
import { actorOf, type CreatorCredential } from '../../../shared/security/credentials.ts';
import type { AuthUse } from '../auth-use.ts';
import type { ApiKeyRow } from '../repositories/api-keys.ts';
import type { AuthTables } from '../repositories/auth-tables.ts';

export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  /** How the secret begins, to tell keys apart. */
  prefix: z.string(),
  permissions: z.array(Permission),
  expires_at: Timestamp.nullable(),
  last_used_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type ApiKey = z.input<typeof ApiKey>;

export interface WantedApiKey {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: string | undefined;
}

/**
 * Makes a key; its secret is told here and never again.
 *
 * @throws APIError PERMISSION_DENIED when the key would have a permission that its maker lacks, or outlive a key that makes
 *   it; QUOTA_EXCEEDED
 */
export async function createApiKey(
  use: AuthUse,
  caller: CreatorCredential,
  { name, permissions, expiresAt }: WantedApiKey,
): Promise<{ api_key: ApiKey; secret: string }> {
  const lacking = permissions.filter((permission) => !caller.permissions.includes(permission));
  if (lacking.length > 0) {
    throw new APIError('PERMISSION_DENIED', 'A key cannot have a permission that its maker lacks.', {
      details: { permissions: lacking },
    });
  }
  const secret = newApiKey();
  const row = await use.inTenant(caller.creatorId, async (tables) => {
    if ((await tables.apiKeys.count()) >= use.apiKeyQuota) {
      throw new APIError('QUOTA_EXCEEDED', `No more than ${use.apiKeyQuota} API keys are kept. Delete some first.`);
    }
    const row = await tables.apiKeys.add({
      name,
      prefix: apiKeyHint(secret),
      keyHash: hashSecret(secret),
      permissions,
      expiresAt: await boundedExpiry(tables, caller, expiresAt),
    });
    await tables.audit({ actor: actorOf(caller), action: 'api_key.created', subjectId: row.id });
    return row;
  });
  return { api_key: toApiKey(row), secret };
}

/** A key that ends must not live on in one that it has made: without a time of its own that one ends with it. */
async function boundedExpiry(
  { apiKeys }: Pick<AuthTables, 'apiKeys'>,
  caller: CreatorCredential,
  wanted: string | undefined,
): Promise<string | undefined> {
  const end = caller.kind === 'api_key' ? await apiKeys.readExpiry(caller.id) : undefined;
  if (!end) return wanted;
  if (wanted !== undefined && Date.parse(wanted) > end.getTime()) {
    throw new APIError('PERMISSION_DENIED', 'A key cannot outlive the key that makes it.', {
      details: { expires_at: end.toISOString() },
    });
  }
  return wanted ?? end.toISOString();
}

export function toApiKey({ cursor_at: _, ...row }: ApiKeyRow): ApiKey {
  return row;
}
