import * as z from 'zod';
import { Reply } from '../../../shared/lambda/route.ts';
import { route } from '../auth-route.ts';

const Jwk = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
});

/** RFC 7517. Cacheable for five minutes; a new key stands here longer than that before it signs. */
export const keySet = route({
  method: 'GET',
  path: '/.well-known/jwks.json',
  permission: 'public',
  summary: 'The public keys of access tokens',
  output: { 200: z.object({ keys: z.array(Jwk) }) },
  run: async ({ use }) => {
    const keys = await use.readPublicKeys();
    return new Reply(
      { keys: keys.map(({ kid, jwk }) => ({ ...jwk, kid })) },
      { 'Cache-Control': 'public, max-age=300' },
    );
  },
});
