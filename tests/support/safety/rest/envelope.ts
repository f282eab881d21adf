import { STATUS_OF_CODE } from '../../../../shared/errors/error-codes.ts';
import { ErrorEnvelope } from '../../../../shared/errors/error-envelope.ts';
import type { RestAnswer } from '../../rest-event.ts';

/** What only we may see: files, addresses, roles, statements, libraries. */
const INTERNAL =
  /\.ts\b|\.mjs\b|node_modules|\n\s+at |ECONN|127\.0\.0\.1|postgres|ioredis|understudy_|tenant_|\bselect\b.+\bfrom\b|violates|zod/i;

/** What is wrong with an answer that should be an error of this status; nothing, when all is as the contract says. */
export function faultsOf(answer: RestAnswer, statuses: readonly number[], requestId: string): string[] {
  const faults: string[] = [];
  const parsed = ErrorEnvelope.strict().safeParse(answer.body);
  if (!statuses.includes(answer.status)) faults.push(`status ${answer.status}, not ${statuses.join(' or ')}`);
  if (answer.headers['Content-Type'] !== 'application/json') faults.push('not told to be JSON');
  if (answer.headers['X-Request-ID'] !== requestId) faults.push('the header has another request id');
  if (INTERNAL.test(answer.text)) faults.push(`something internal: ${answer.text}`);
  if (!parsed.success) return [...faults, `no envelope: ${answer.text.slice(0, 200)}`];
  const { code, message, timestamp, request_id } = parsed.data.error;
  if (Object.keys(parsed.data.error).sort().join() !== 'code,details,message,request_id,timestamp') {
    faults.push('other fields than the contract’s');
  }
  if (STATUS_OF_CODE[code] !== answer.status) faults.push(`${code} with status ${answer.status}`);
  if (request_id !== requestId) faults.push('the body has another request id');
  if (message === '' || Math.abs(Date.parse(timestamp) - Date.now()) > 60_000) faults.push('no message, or no time');
  if (answer.status === 405 && !answer.headers.Allow) faults.push('405 without Allow');
  if (answer.status === 429 && !(Number(answer.headers['Retry-After']) > 0)) faults.push('429 without Retry-After');
  return faults;
}
