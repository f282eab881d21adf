import { dictionary } from '@zxcvbn-ts/language-common';
import { MIN_PASSWORD_CHARACTERS } from '../../../shared/config/password-rule.ts';

/** Whether so many people choose this password that it is among the first that are tried. Letter case does not matter. */
export type IsCommonPassword = (password: string) => boolean;

/**
 * Knows the 49,233 commonest passwords of zxcvbn, as far as they are long enough to be chosen at all; a bundle holds only
 * those (infra/build/slimming.ts).
 */
export function openCommonPasswords(): IsCommonPassword {
  const list = new Set(dictionary['passwords-common'].filter((each) => each.length >= MIN_PASSWORD_CHARACTERS));
  return (password) => list.has(password.normalize('NFKC').toLowerCase());
}
