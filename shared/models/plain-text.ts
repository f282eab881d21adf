import * as z from 'zod';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Text as people write it: no control characters but tab and line breaks (NUL could not even be stored). */
export const plainText = (maxCharacters: number) =>
  z
    .string()
    .max(maxCharacters)
    .refine((text) => !CONTROL_CHARACTERS.test(text), 'Contains control characters.')
    .refine((text) => text.isWellFormed(), 'Is not well-formed Unicode.');

/** One line that says something. */
export const lineOfText = (maxCharacters: number) =>
  plainText(maxCharacters)
    .trim()
    .min(1)
    .refine((text) => !/[\r\n\t]/.test(text), 'Must be one line.');
