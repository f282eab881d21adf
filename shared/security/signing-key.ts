import type pg from 'pg';
import * as z from 'zod';

/** The public half of an RS256 key, reduced to what verification needs. */
export const PublicSigningKey = z.object({
  kid: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  kty: z.literal('RSA'),
  n: z.string().min(1),
  e: z.string().min(1),
});
export type PublicSigningKey = z.infer<typeof PublicSigningKey>;

const Row = z.object({ kid: z.string(), public_jwk: z.object({ n: z.string(), e: z.string() }) });

/**
 * Reads the keys whose tokens are accepted: next, current and previous ones. Any service's role may; signing keys
 * belong to no tenant, so this goes to the pool itself.
 */
export async function loadSigningKeys(pool: pg.Pool): Promise<readonly PublicSigningKey[]> {
  const { rows } = await pool.query(
    `select kid, public_jwk from signing_keys where state <> 'retired' order by created_at desc`,
  );
  return rows.map((row) => {
    const { kid, public_jwk: jwk } = Row.parse(row);
    return PublicSigningKey.parse({ kid, kty: 'RSA', n: jwk.n, e: jwk.e });
  });
}
