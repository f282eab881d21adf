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

/** Anything that leaves a mark: not spaces, controls, joiners and fillers, nor accents upon nothing, nor the empty Braille cell. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\p{M}\u2800]/u;

/** Whether a reader would see anything of it. */
export const saysSomething = (text: string): boolean => VISIBLE.test(text);

/** One line that says something: a name of invisible characters is none. */
export const lineOfText = (maxCharacters: number) =>
  plainText(maxCharacters)
    .trim()
    .min(1)
    .refine((text) => !/[\r\n\t\u0085\u2028\u2029]/.test(text), 'Must be one line.')
    .refine(saysSomething, 'Contains nothing that can be seen.');

const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Without what turns the order of characters about: with it a name reads as another one (`exe.pdf` for `fdp.exe`). */
export const withoutDirectionMarks = (text: string): string => text.replaceAll(DIRECTION_MARKS, '');

/** One line that names something, as it reads: marks of direction are taken out, C1 controls refused. */
export const nameOfThing = (maxCharacters: number) =>
  lineOfText(maxCharacters)
    .refine((text) => !/[\u0080-\u009f]/.test(text), 'Contains control characters.')
    .overwrite((text) => withoutDirectionMarks(text).trim())
    .refine((text) => text !== '', 'Contains nothing that can be seen.');

/** A file's name; of one that comes with its folders only the last part stays. */
export const fileName = (maxCharacters: number) =>
  nameOfThing(maxCharacters)
    .overwrite((text) => (text.split(/[/\\]/).at(-1) ?? '').trim())
    .refine((text) => saysSomething(text) && !/^\.+$/.test(text), 'Names no file.');
