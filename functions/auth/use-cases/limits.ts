import type { LimitState, RateLimiter } from '../../../shared/security/rate-limiter.ts';

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

export function limitForgottenPasswords(limiter: RateLimiter, sourceIp: string): Promise<LimitState> {
  return limiter.consume('forgot', sourceIp, { points: 30, perSeconds: HOUR });
}

/** A stolen session must not become a place to guess the password at. */
export function limitPasswordChanges(limiter: RateLimiter, creatorId: string): Promise<LimitState> {
  return limiter.consume('password', { creatorId }, { points: 10, perSeconds: QUARTER_HOUR });
}

const loginSubject = (email: string, sourceIp: string) => `${email}\n${sourceIp}`;
