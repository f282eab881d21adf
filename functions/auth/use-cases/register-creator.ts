import { randomUUID } from 'node:crypto';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import { newEmailSecret } from './email-secrets.ts';
import { takeMail } from './limits.ts';
import { alreadyRegisteredMail, verificationMail } from './mails.ts';
import { refuseCommonPassword } from './refuse-common-password.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

/**
 * Opens a registration that waits for its verification, or tells the owner of the address by mail that there is an
 * account already. Both ways cost the same: one bcrypt, one look-up, one transaction, one mail (or none, when the address
 * has had its share of them).
 *
 * @throws ValidationError for a password that everybody would guess
 */
export async function registerCreator(use: AuthUse, { email, password, displayName }: Registration): Promise<void> {
  refuseCommonPassword(use, { password, email, field: 'password' });
  const mayMail = await takeMail(use.limiter, email);
  const stored = await use.passwords.hash(password);
  const owner = await use.lookups.creatorByEmail(email);
  if (owner) {
    await use.inTenant(owner.creatorId, (tables) =>
      tables.audit({ actor: 'system:register', action: 'creator.registration_repeated' }),
    );
    if (mayMail) await use.mailer.send(alreadyRegisteredMail(email, use.consoleUrl));
    return;
  }
  const creatorId = randomUUID();
  const secret = newEmailSecret();
  await use.inTenant(creatorId, (tables) =>
    Promise.all([
      tables.creators.openPending({ email, displayName, password: stored }),
      tables.emailTokens.add('verify', hashSecret(secret)),
      tables.audit({ actor: 'system:register', action: 'creator.registered', subjectId: creatorId }),
    ]),
  );
  if (mayMail) await use.mailer.send(verificationMail(email, use.consoleUrl, secret));
}
