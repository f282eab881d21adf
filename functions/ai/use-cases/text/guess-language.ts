/** The words that hold a language together, without accents; a word that several share tells nothing. */
const SMALL_WORDS: Readonly<Record<string, string>> = {
  en: 'a the and is are was were do does did how what when where which who why can could would should my your you i it of for with there any have has much many not this that will from no',
  de: 'der die das den dem ein eine einen ist sind war wie was wann wo wer warum welche welcher welches kann konnen ich du sie wir ihr mein ihre es und oder nicht mit fur gibt auf zu zum zur im bei von habe haben hat muss darf kostet wird werden auch noch',
  es: 'el los las una unos es son que como cuando donde cual cuales quien por para puedo puede pueden tengo tiene hay mi su sus y o no con del al cuanto cuantos cuanta cuesta se lo yo usted ustedes esta estan me hacer en a',
  fr: 'le les une des est sont que qui quoi comment quand ou quel quelle quels pourquoi combien je tu vous nous il elle mon votre et pas avec pour dans sur puis peut faut avez ce cette en',
  it: 'il gli una uno e sono che come quando dove quale quali chi perche posso puo io lei voi mio vostro con per non di del della quanto quanti costa si ho ha avete a',
  pt: 'o os uma umas sao que como quando onde qual quais quem porque posso pode eu voce meu seu com para nao do da dos das quanto quantos custa ha tem',
  nl: 'de het een is zijn was hoe wat wanneer waar welke wie waarom kan kunnen ik jij je u wij mijn uw en of niet met voor er van naar heb heeft kost moet mag wordt ook',
};
const LANGUAGES_OF = new Map<string, string[]>();
for (const [language, words] of Object.entries(SMALL_WORDS)) {
  for (const word of words.split(' ')) LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), language]);
}
/** Letters and marks that one of them alone writes with. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/[ñ¿¡]/u, 'es'],
  [/[äöüß]/u, 'de'],
  [/[ãõ]/u, 'pt'],
  [/[êœùû]/u, 'fr'],
];
/** The best one must be ahead of the next by so much. */
const LEAD = 0.5;

/** The language a text is written in, of those that refusals are written in; undefined where it is not clear. */
export function guessLanguage(text: string): string | undefined {
  const scores = new Map<string, number>();
  const add = (language: string, amount: number) => scores.set(language, (scores.get(language) ?? 0) + amount);
  const lower = text.normalize('NFC').toLowerCase();
  const plain = lower.normalize('NFD').replaceAll(/\p{M}/gu, '');
  for (const [word] of plain.matchAll(/\p{L}+/gu)) {
    const languages = LANGUAGES_OF.get(word) ?? [];
    for (const language of languages) add(language, 1 / languages.length);
  }
  for (const [mark, language] of MARKS) if (mark.test(lower)) add(language, 1);
  const [best, next] = [...scores].sort((a, b) => b[1] - a[1]);
  return best && best[1] - (next?.[1] ?? 0) >= LEAD ? best[0] : undefined;
}
