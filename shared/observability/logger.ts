import { createHash } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { describeError, maskData } from './describe-error.ts';
import { currentScope } from './request-scope.ts';

type Fields = Record<string, unknown>;
type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT';

const powertools = new Logger({
  serviceName: process.env.SERVICE_NAME ?? 'understudy',
  logLevel: (process.env.LOG_LEVEL as LogLevel | undefined) ?? 'INFO',
});

/** A creator in the log: stable enough to follow, of no use to whoever reads a leaked line. */
function tenantHash(creatorId: string): string {
  return createHash('sha256').update(creatorId).digest('hex').slice(0, 12);
}

function withScope(told: Fields): Fields {
  // Reasons are mostly messages of foreign errors.
  const fields = typeof told.reason === 'string' ? { ...told, reason: maskData(told.reason) } : told;
  const scope = currentScope();
  if (!scope) return fields;
  return {
    request_id: scope.requestId,
    ...(scope.route && { route: scope.route }),
    ...(scope.creatorId && { tenant: tenantHash(scope.creatorId) }),
    ...fields,
  };
}

/**
 * Structured JSON lines that carry the request's id. Never pass a secret, a token, an e-mail address or a
 * visitor's words: but for errors and `reason` (see `describeError`) fields are written as they are.
 */
export const log = {
  debug: (message: string, fields: Fields = {}) => powertools.debug(message, withScope(fields)),
  info: (message: string, fields: Fields = {}) => powertools.info(message, withScope(fields)),
  warn: (message: string, fields: Fields = {}) => powertools.warn(message, withScope(fields)),
  error: (message: string, cause: unknown, fields: Fields = {}) =>
    powertools.error(message, withScope({ ...fields, error: describeError(cause) })),
  /** What was refused, or must not be: wrong logins, missing permissions, tenant mismatches. */
  security: (event: string, fields: Fields = {}) =>
    powertools.warn(event, withScope({ ...fields, security_event: event })),
  /** A security event that is as it should be: a login, the use of a key. */
  admitted: (event: string, fields: Fields = {}) =>
    powertools.info(event, withScope({ ...fields, security_event: event })),
};
