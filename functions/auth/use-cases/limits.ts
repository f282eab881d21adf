import { APIError } from '../../../shared/errors/api-error.ts';
import type { LimitState } from '../../../shared/security/limit-counters.ts';
import type { RateLimiter } from '../../../shared/security/rate-limiter.ts';

const QUARTER_HOUR = 900;
const HOUR = 3_600;

export function limitRegistrations(limiter: RateLimiter, sourceIp: string): Promise<LimitState> {
  return limiter.consume('register', sourceIp, { points: 30, perSeconds: HOUR });
}

/** Per account *and* address, so that nobody can lock out a creator from elsewhere; and per address over all accounts. */
export function limitLogins(limiter: RateLimiter, email: string, sourceIp: string): Promise<LimitState> {
  return limiter.consumeAll([
    { name: 'login', subject: loginSubject(email, sourceIp), points: 10, perSeconds: QUARTER_HOUR },
    { name: 'login-address', subject: sourceIp, points: 100, perSeconds: HOUR },
  ]);
}

export function forgetLogins(limiter: RateLimiter, email: string, sourceIp: string): Promise<void> {
  return limiter.forget('login', loginSubject(email, sourceIp));
}

/** Whoever brings a token that we gave out: many people may share an address, and guessing is hopeless anyway. */
export function limitRefreshes(limiter: RateLimiter, sourceIp: string): Promise<LimitState> {
  return limiter.consume('refresh', sourceIp, { points: 600, perSeconds: 60 });
}

export function limitMailedTokens(limiter: RateLimiter, sourceIp: string): Promise<LimitState> {
  return limiter.consume('mailed-token', sourceIp, { points: 120, perSeconds: HOUR });
}

/** Whether one more mail may go to this address: nobody's mailbox is filled through our forms, whoever sends them. */
export async function takeMail(limiter: RateLimiter, email: string): Promise<boolean> {
  try {
    await limiter.consume('mail', email, { points: 10, perSeconds: HOUR });
    return true;
  } catch (error) {
    if (error instanceof APIError && error.code === 'RATE_LIMITED') return false;
    throw error;
  }
}

export function limitForgottenPasswords(limiter: RateLimiter, sourceIp: string): Promise<LimitState> {
  return limiter.consume('forgot', sourceIp, { points: 30, perSeconds: HOUR });
}

/** A stolen session must not become a place to guess the password at. */
export function limitPasswordChanges(limiter: RateLimiter, creatorId: string): Promise<LimitState> {
  return limiter.consume('password', { creatorId }, { points: 10, perSeconds: QUARTER_HOUR });
}

const loginSubject = (email: string, sourceIp: string) => `${email}\n${sourceIp}`;
