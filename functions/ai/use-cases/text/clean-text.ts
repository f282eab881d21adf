/**
 * Zero-width characters, direction overrides, fillers and tag characters: read by models, not by people. The joiners
 * U+200C and U+200D stay, since Persian and Indic scripts spell with them.
 */
const INVISIBLE = new RegExp(
  [
    '[\\u00AD\\u061C\\u115F\\u1160\\u180E\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0]',
    '\\u034F|\\u17B4|\\u17B5|[\\uFFF9-\\uFFFB]|[\\u{1D173}-\\u{1D17A}]|[\\u{E0000}-\\u{E0FFF}]',
  ].join('|'),
  'gu',
);
/** Control characters but for tab and line feed. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;
/** What would end a passage, open a role, or speak the model's own template. */
const STRUCTURE =
  /<\s*\/?\s*(?:passages?|question|s|system|user|assistant)\b[^>]*>|<<\s*\/?\s*SYS\s*>>|\[\s*\/?\s*INST\s*\]|<\|[^|>]{0,40}\|>/giu;

/** Without what no reader sees: it could part a word that a filter looks for, and Postgres stores no U+0000. */
export function withoutInvisible(text: string): string {
  return text.replaceAll(INVISIBLE, '').replaceAll(CONTROL, '');
}

/** Text of a document or visitor as it goes into a prompt: data that cannot pose as the prompt's own structure. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('\r\n', '\n')
    .replaceAll(INVISIBLE, '')
    .replaceAll(CONTROL, ' ')
    .replaceAll(STRUCTURE, ' ');
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
