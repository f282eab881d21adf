interface Kind {
  readonly asks: RegExp;
  /** What a sentence that answers holds. */
  readonly tells: RegExp;
}

const NUMBER_WORDS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|half|twice|' +
  'zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|dreißig|hundert|halb|zweimal|' +
  'dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cien|medi[ao]';
const TIME_WORDS =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|mornings?|afternoons?|evenings?|noon|midnight|days?|weeks?|months?|' +
  '(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|januar|februar|märz|mai|juni|juli|oktober|dezember|frühling|sommer|herbst|morgens|vormittags|mittags|nachmittags|abends|tage?n?|wochen?|monate?n?|' +
  'lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|primavera|verano|otoño|invierno|mañanas?|tardes?|noches?|días?|semanas?|mes(?:es)?';
/** \b knows ASCII alone. */
const word = (words: string) => String.raw`(?<![\p{L}\p{N}])(?:${words})(?![\p{L}\p{N}])`;

/** What a question wants to be told, most particular first. */
const KINDS: readonly Kind[] = [
  {
    asks: new RegExp(
      word(
        'how much (?:is|are|for|do|does|would|will)|price|costs?|fee|wie ?viel kostet|was kostet|kosten|preis|cuestan?|precio|vale|cobran?',
      ),
      'iu',
    ),
    tells: new RegExp(
      `[€£$]|${word('euros?|pounds?|dollars?|pence|cents?|franken|free|kostenlos|kostenfrei|umsonst|gratis|gratuit[ao]s?')}`,
      'iu',
    ),
  },
  {
    asks: new RegExp(word('who|whose|whom|wer|wem|wen|quien|quién|quiénes'), 'iu'),
    tells:
      /(?<![.!?]\s|^)(?<=\P{L})\p{Lu}\p{Ll}+\s(?:(?:de|van|von|der)\s)*\p{Lu}\p{Ll}+|^\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+/u,
  },
  {
    asks: new RegExp(
      word(
        'when|what time|(?:which|what) days?|wann|um wie ?viel uhr|cu[aá]ndo|a qu[eé] hora|qu[eé] d[ií]as?|quand|quando',
      ),
      'iu',
    ),
    tells: new RegExp(String.raw`\d|${word(TIME_WORDS)}`, 'iu'),
  },
  {
    asks: new RegExp(
      `${word('how (?:much|many|long|often|far|old|big|tall|large|high|hot|soon|late|early|wide|deep)|wie ?viele?|wie (?:lange?|oft|hoch|alt|weit|groß|tief)|combien')}|cu[aá]nt|quant[oi]`,
      'iu',
    ),
    tells: new RegExp(String.raw`\d|${word(NUMBER_WORDS)}`, 'iu'),
  },
];

/** Whether a sentence holds the kind of thing that is asked for: a price, a name, a time, a number. */
export function kindTeller(question: string): (sentence: string) => boolean {
  const kind = KINDS.find(({ asks }) => asks.test(question));
  return (sentence) => kind?.tells.test(sentence) ?? false;
}
