import type { TenantDatabase } from '../../shared/database/tenant-database.ts';

/** The same database, which notes every transaction in `noted` by its kind: one trip each, and two for `withTenant`. */
export function countTransactions(database: TenantDatabase, noted: (keyof TenantDatabase)[]): TenantDatabase {
  return {
    withTenant: (creatorId, work) => {
      noted.push('withTenant');
      return database.withTenant(creatorId, work);
    },
    readAsTenant: (creatorId, work) => {
      noted.push('readAsTenant');
      return database.readAsTenant(creatorId, work);
    },
    changeAtOnce: (creatorId, work) => {
      noted.push('changeAtOnce');
      return database.changeAtOnce(creatorId, work);
    },
  };
}
