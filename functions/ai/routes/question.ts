import * as z from 'zod';

/** What a person may ask; the same bounds as a visitor's message. */
export const Question = z
  .string()
  .max(4_000)
  .refine((text) => text.trim() !== '', 'The text is empty.')
  // Postgres stores neither NUL nor half of a surrogate pair.
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'The text holds characters that are none.');
