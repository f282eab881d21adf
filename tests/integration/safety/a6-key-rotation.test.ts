import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthService, startAuthService } from '../../support/auth-service.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { type KeyFleet, openKeyFleet } from '../../support/safety/key-fleet.ts';

const ROTATIONS = 10;
const REQUESTS = figure(500, 10_000);
const STEP_SECONDS = figure(90, 30);
/** A new key is published for ten minutes before it may sign: so many steps lie between two rotations. */
const STEPS_PER_ROTATION = Math.ceil(600 / STEP_SECONDS);
const REQUESTS_PER_STEP = Math.ceil(REQUESTS / (ROTATIONS * STEPS_PER_ROTATION));
const TOKEN_SECONDS = 900;
const CACHE_SECONDS = 60;

let auth: AuthService;
let fleet: KeyFleet;
beforeAll(async () => {
  auth = await startAuthService({ RATE_LIMIT_FACTOR: '1000' });
  fleet = await openKeyFleet(auth, 3);
});
afterAll(async () => {
  await fleet?.close();
  await auth?.stop();
});

interface Minted {
  readonly token: string;
  readonly untilMs: number;
}

describe('A6: rotation under load', () => {
  test(
    'refuses no valid token through ten rotations, and every token of a retired key',
    async () => {
      const signers = new Map<string, () => Promise<string>>();
      const retired = new Set<string>();
      const kids = new Set<string>();
      let tokens: Minted[] = [];
      const tally = { asked: 0, refused: 0, rotated: 0, ofRetired: 0, acceptedOfRetired: 0 };

      const ask = async () => {
        const { token } = tokens[randomInt(tokens.length)] as Minted;
        const status = await fleet.ask(token);
        tally.asked += 1;
        if (status !== 200) tally.refused += 1;
      };
      const rotate = async () => {
        const { kid, sign } = await fleet.keepSigner();
        signers.set(kid, sign);
        const report = await fleet.rotate();
        tally.rotated += report.rotated ? 1 : 0;
        for (const gone of report.retired) retired.add(gone);
      };
      const askWithRetired = async () => {
        for (const [kid, sign] of signers) {
          if (!retired.has(kid)) continue;
          const statuses = await fleet.askAll(await sign());
          tally.ofRetired += statuses.length;
          tally.acceptedOfRetired += statuses.filter((status) => status !== 401).length;
        }
      };

      while (tally.rotated < ROTATIONS || tally.asked < REQUESTS || retired.size < ROTATIONS - 3) {
        const minted = await fleet.mint();
        kids.add(minted.split('.')[0] ?? '');
        tokens = tokens.filter(({ untilMs }) => untilMs > Date.now());
        tokens.push({ token: minted, untilMs: Date.now() + (TOKEN_SECONDS - STEP_SECONDS) * 1_000 });
        await Promise.all([rotate(), ...Array.from({ length: REQUESTS_PER_STEP }, ask)]);
        await fleet.pass(STEP_SECONDS);
      }
      await fleet.pass(CACHE_SECONDS);
      await askWithRetired();

      tellFigure('A6', `${tally.rotated} rotations, ${tally.asked} requests`, '0 valid refused', `${tally.refused}`);
      tellFigure(
        'A6',
        `${tally.ofRetired} requests under ${retired.size} retired keys`,
        '100 % refused',
        `${tally.acceptedOfRetired} accepted`,
      );
      expect(tally).toMatchObject({ refused: 0, acceptedOfRetired: 0 });
      expect(tally.rotated).toBeGreaterThanOrEqual(ROTATIONS);
      expect(tally.ofRetired).toBeGreaterThan(0);
      // The tokens that were asked with really came from every key in turn.
      expect(kids.size).toBeGreaterThanOrEqual(ROTATIONS);
    },
    WITHIN_MS,
  );
});
