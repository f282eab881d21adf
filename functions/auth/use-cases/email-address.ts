import * as z from 'zod';

/** An e-mail address as accounts are kept under it: trimmed and in lower case, so that one person has one account. */
export const EmailAddress = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email().max(254));
