import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { log } from '../../../shared/observability/logger.ts';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import { newEmailSecret } from './email-secrets.ts';
import { takeMail } from './limits.ts';
import { passwordResetMail } from './mails.ts';

/** Longer than the mail takes, so that an answer does not tell whether one was sent. */
const ANSWER_AFTER_MS = 400;

/** Mails a link to the owner of the address, if there is one; nothing outside the mailbox tells which. */
export async function forgotPassword(use: AuthUse, email: string): Promise<void> {
  const [outcome] = await Promise.allSettled([sendLink(use, email), delay(ANSWER_AFTER_MS)]);
  // A mail that could not be sent must not answer differently either.
  if (outcome.status === 'rejected') log.error('the reset mail was not sent', outcome.reason);
}

async function sendLink(use: AuthUse, email: string): Promise<void> {
  const mayMail = await takeMail(use.limiter, email);
  const owner = await use.lookups.creatorByEmail(email);
  const secret = newEmailSecret();
  // Without an owner the same statements run for a creator that does not exist, up to the one that would write.
  await use.inTenant(owner?.creatorId ?? randomUUID(), async (tables) => {
    await Promise.all([
      tables.emailTokens.useAll('reset'),
      owner && tables.emailTokens.add('reset', hashSecret(secret)),
      owner && tables.audit({ actor: 'system:forgot-password', action: 'password.reset_requested' }),
    ]);
  });
  if (owner && mayMail) await use.mailer.send(passwordResetMail(email, use.consoleUrl, secret));
}
