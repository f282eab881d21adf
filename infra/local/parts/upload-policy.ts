import { createHmac, timingSafeEqual } from 'node:crypto';
import { S3Error } from './s3-error.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The form's fields before the file, with lower-case names: S3 does not tell `Key` from `key`. */
export type FormFields = ReadonlyMap<string, string>;

export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

const UNLISTED = new Set(['policy', 'x-amz-signature', 'file']);

/**
 * Checks a form upload as S3 does: signature (SigV4), expiry, every condition, and that no field goes unmentioned.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * @returns the sizes that the policy allows
 * @throws S3Error 403, or 400 for a policy that cannot be read
 */
export function checkUploadPolicy(
  fields: FormFields,
  bucket: string,
  credentials: AwsCredentials,
  now: Date = new Date(),
): SizeRange {
  const encoded = fields.get('policy');
  if (encoded === undefined) throw denied('Access Denied');
  checkSignature(fields, encoded, credentials);
  const policy = readPolicy(encoded);
  if (!(Date.parse(policy.expiration) > now.getTime())) throw denied('Invalid according to Policy: Policy expired.');
  const mentioned = new Set<string>();
  let size: SizeRange = { min: 0, max: 5 * 1024 ** 3 };
  for (const condition of policy.conditions) {
    const range = sizeRange(condition);
    if (range !== undefined) {
      size = { min: Math.max(size.min, range.min), max: Math.min(size.max, range.max) };
      continue;
    }
    for (const { operator, field, value } of matches(condition)) {
      mentioned.add(field);
      const actual = field === 'bucket' ? bucket : fields.get(field);
      const holds = operator === 'eq' ? actual === value : (actual?.startsWith(value) ?? false);
      if (!holds) throw denied(`Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`);
    }
  }
  for (const name of fields.keys()) {
    if (mentioned.has(name) || UNLISTED.has(name) || name.startsWith('x-ignore-')) continue;
    throw denied(`Invalid according to Policy: Extra input fields: ${name}`);
  }
  return size;
}

function checkSignature(fields: FormFields, policy: string, credentials: AwsCredentials): void {
  if (fields.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') throw denied('Access Denied');
  const [accessKeyId, date = '', region = '', service = '', end, ...more] = (
    fields.get('x-amz-credential') ?? ''
  ).split('/');
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  const signedOn = fields.get('x-amz-date') ?? '';
  const wellFormed = /^\d{8}T\d{6}Z$/.test(signedOn) && signedOn.startsWith(`${date}T`);
  if (!wellFormed || service !== 's3' || end !== 'aws4_request' || more.length > 0) throw denied('Access Denied');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(policy).digest();
  const given = Buffer.from(fields.get('x-amz-signature') ?? '', 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

interface Policy {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
}

function readPolicy(encoded: string): Policy {
  try {
    const policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Partial<Policy>;
    if (typeof policy.expiration === 'string' && Array.isArray(policy.conditions)) return policy as Policy;
  } catch {
    // Falls through to the one answer for every unreadable policy.
  }
  throw new S3Error(
    400,
    'InvalidPolicyDocument',
    'The content of the form does not meet the conditions specified in the policy document.',
  );
}

function sizeRange(condition: unknown): SizeRange | undefined {
  if (!Array.isArray(condition) || String(condition[0]).toLowerCase() !== 'content-length-range') return undefined;
  const [min, max] = [Number(condition[1]), Number(condition[2])];
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max)) return { min, max };
  throw new S3Error(400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid content-length-range.');
}

interface Match {
  readonly operator: 'eq' | 'starts-with';
  readonly field: string;
  readonly value: string;
}

function matches(condition: unknown): Match[] {
  if (Array.isArray(condition)) {
    const [operator, field, value] = condition.map(String);
    if ((operator === 'eq' || operator === 'starts-with') && field?.startsWith('$') && value !== undefined) {
      return [{ operator, field: field.slice(1).toLowerCase(), value }];
    }
  } else if (typeof condition === 'object' && condition !== null) {
    return Object.entries(condition).map(([field, value]) => ({
      operator: 'eq',
      field: field.toLowerCase(),
      value: String(value),
    }));
  }
  throw new S3Error(400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid Simple-Condition.');
}

function denied(message: string): S3Error {
  return new S3Error(403, 'AccessDenied', message);
}
