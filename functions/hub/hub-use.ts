import type { Quota } from '../../shared/config/quota.ts';
import type { ReadWebManifest } from '../../shared/config/web-manifest.ts';
import type { CreatorCredential } from '../../shared/security/credentials.ts';
import type { IngestQueue } from './gateways/ingest-queue.ts';
import type { SignUpload } from './gateways/uploads.ts';
import type { HubTables } from './repositories/hub-tables.ts';

/** Everything that the use cases of hub work with; built once per instance by `composition.ts`. */
export interface HubUse {
  /** One transaction of the caller's creator; see `TenantDatabase.withTenant`. */
  inTenant<T>(caller: CreatorCredential, work: (tables: HubTables) => Promise<T>): Promise<T>;
  /** One round trip for work that issues all its statements at once; see `TenantDatabase.readAsTenant`. */
  readInTenant<T>(caller: CreatorCredential, work: (tables: HubTables) => Promise<T>): Promise<T>;
  readonly signUpload: SignUpload;
  readonly ingest: IngestQueue;
  readonly quota: Quota;
  /** Called before a creator's documents are cut anew. @throws APIError RATE_LIMITED */
  readonly limitRecuts: (creatorId: string) => Promise<void>;
  readonly readWebManifest: ReadWebManifest;
  /** Where clients reach the REST API, without a trailing slash. */
  readonly publicApiUrl: string;
}
