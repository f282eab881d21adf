import { AuthenticationError } from '../errors/authentication-error.ts';

/**
 * Header and payload of a signed token (JWS, RFC 7515), before any key is touched. One token has one spelling: padding,
 * other alphabets, stray bits at the end, doubled names and white space are refused in each part, the signature too.
 *
 * @throws AuthenticationError for what is longer, or is spelled in any other way than our signers do
 */
export function readCanonicalToken(
  token: string,
  maxCharacters: number,
): { readonly header: unknown; readonly payload: unknown } {
  const parts = token.split('.');
  if (token.length > maxCharacters || parts.length !== 3) throw new AuthenticationError();
  const [header = '', payload = ''] = parts.map(decodeCanonically);
  return { header: parseCanonically(header), payload: parseCanonically(payload) };
}

function decodeCanonically(part: string): string {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || bytes.toString('base64url') !== part) throw new AuthenticationError();
  return bytes.toString('utf8');
}

/** Doubled names, white space and the like do not survive a round through JSON. */
function parseCanonically(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AuthenticationError();
  }
  if (JSON.stringify(value) !== text) throw new AuthenticationError();
  return value;
}
