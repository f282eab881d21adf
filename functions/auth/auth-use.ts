import type { SignAccessToken } from '../../shared/security/access-token-signer.ts';
import type { Passwords } from '../../shared/security/passwords.ts';
import type { RateLimiter } from '../../shared/security/rate-limiter.ts';
import type { SessionMarks } from '../../shared/security/session-marks.ts';
import type { IsCommonPassword } from './gateways/common-passwords.ts';
import type { Mailer } from './gateways/mailer.ts';
import type { AuthTables } from './repositories/auth-tables.ts';
import type { Lookups } from './repositories/lookups.ts';
import type { SigningKeys } from './repositories/signing-keys.ts';
import type { PublicKeys } from './use-cases/list-public-keys.ts';
import type { RefreshSecrets } from './use-cases/refresh-secrets.ts';

/** Everything that the use cases of auth work with; built once per instance by `composition.ts`. */
export interface AuthUse {
  /** One transaction of one creator; see `TenantDatabase.withTenant`. */
  inTenant<T>(creatorId: string, work: (tables: AuthTables) => Promise<T>): Promise<T>;
  /** One round trip for work that issues all its statements at once; see `TenantDatabase.readAsTenant`. */
  readInTenant<T>(creatorId: string, work: (tables: AuthTables) => Promise<T>): Promise<T>;
  /** What must be found before a creator is known. */
  readonly lookups: Lookups;
  readonly signingKeys: SigningKeys;
  /** The key set as it is published; from memory for half a minute. */
  readonly readPublicKeys: () => Promise<PublicKeys>;
  readonly passwords: Passwords;
  readonly isCommonPassword: IsCommonPassword;
  readonly signAccessToken: SignAccessToken;
  readonly refreshSecrets: RefreshSecrets;
  readonly sessionMarks: SessionMarks;
  readonly limiter: RateLimiter;
  readonly mailer: Mailer;
  /** API keys that one creator may keep. */
  readonly apiKeyQuota: number;
  /** The origin of the pages that links in mails open. */
  readonly consoleUrl: string;
}
