import { stemOf } from '../../../shared/language/content-words.ts';

const CLOCK = String.raw`\d{1,2}(?:[.:]\d{2})?\s*(?:uhr|h|am|pm|a\.m\.|p\.m\.|horas)?`;
const HOUR_WORD =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|mediod[ií]a|sieben|acht|neun|zehn|elf|zw[oö]lf';
const WEEKDAY =
  /\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b|\b(lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bados?|domingos?)\b|\b(weekends?|wochenenden?|feiertagen?|daily|t[aä]glich|diario|fines de semana)\b/iu;

/** What a sentence tells without naming it, by the form of its figures; the word is one of the lists of concepts. */
const IMPLIED: readonly { readonly form: RegExp; readonly also?: RegExp; readonly word: string }[] = [
  {
    form: new RegExp(
      String.raw`\b(?:from|between|von|zwischen|de|desde|entre)\s(?:las?\s)?(?:${CLOCK}|${HOUR_WORD})[\p{L}\s]{0,24}\b(?:to|and|until|till|bis|und|a|y|hasta)\s(?:las?\s)?(?:${CLOCK}|${HOUR_WORD})|\d{1,2}[.:]\d{2}\s?[-–]\s?\d{1,2}[.:]\d{2}`,
      'iu',
    ),
    also: WEEKDAY,
    word: 'open',
  },
  { form: /[€£$]\s?\d|\d\s?[€£$]/u, word: 'price' },
  {
    form: /\b(?:a|an|per|pro|je|al|por|la)\s(?:day|hour|week|tag|stunde|woche|d[ií]a|hora|semana)\b/iu,
    also: /\d/u,
    word: 'rent',
  },
  { form: /\d\s?%|\d\sper ?cent\b|\d\sprozent\b|\bpor ciento\b/iu, word: 'discount' },
  { form: /\d\s?°|\d\s(?:degrees|grad|grados)\b/iu, word: 'temperature' },
  { form: /\S@\S+\.\S/u, word: 'email' },
  { form: /(?:\+|\b0)\d[\d /()-]{6,}\d/u, word: 'phone' },
  {
    form: /\b(?:2[456]|31)(?:th|st|\.)?\s?(?:(?:and|und|y|of|de)\s(?:the\s)?(?:2[456]|31)(?:th|st|\.)?\s?)?(?:of\s|de\s)?(?:december|dezember|diciembre)\b|\b(?:1|1st)\.?\s?(?:of\s|de\s)?(?:january|januar|enero)\b/iu,
    word: 'christmas',
  },
];

/** The stems of what a sentence implies. */
export function impliedBy(text: string): string[] {
  return IMPLIED.filter(({ form, also }) => form.test(text) && (also?.test(text) ?? true)).map(({ word }) =>
    stemOf(word),
  );
}
