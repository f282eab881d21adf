import { ValidationError } from '../../../shared/errors/validation-error.ts';
import type { AuthUse } from '../auth-use.ts';

export interface ChosenPassword {
  readonly password: string;
  /** The field of the request, for the message. */
  readonly field: string;
  /** The account's address, where it is known: nobody's password should stand on their envelopes. */
  readonly email?: string;
}

/** @throws ValidationError for a password among the commonest, or one that is the account's own address */
export function refuseCommonPassword(
  use: Pick<AuthUse, 'isCommonPassword'>,
  { password, field, email }: ChosenPassword,
): void {
  const isAddress = email !== undefined && password.normalize('NFKC').toLowerCase() === email;
  if (!isAddress && !use.isCommonPassword(password)) return;
  throw new ValidationError([{ path: field, message: 'Too many people would guess this password. Choose another.' }]);
}
