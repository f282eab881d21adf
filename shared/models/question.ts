import * as z from 'zod';
import { saysSomething } from './plain-text.ts';

const MAX_CHARACTERS = 4_000;
const TOO_LONG = `At most ${MAX_CHARACTERS} characters.`;
/** Characters as people count them: an emoji is one, however many UTF-16 units it takes. */
const lengthOf = (text: string) => [...text].length;

/** What a person may ask, in a conversation or by a creator's own request. */
export const Question = z
  .string()
  .max(MAX_CHARACTERS * 2, TOO_LONG)
  // Postgres stores neither NUL nor half of a surrogate pair.
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'The text holds characters that are none.')
  .refine((text) => text.trim() !== '', { message: 'The text is empty.', abort: true })
  .refine(saysSomething, 'Contains nothing that can be seen.')
  .refine((text) => lengthOf(text) <= MAX_CHARACTERS, TOO_LONG)
  .meta({ maxLength: MAX_CHARACTERS });
