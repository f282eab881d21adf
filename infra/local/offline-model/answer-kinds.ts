interface Kind {
  readonly asks: RegExp;
  /** What a sentence that answers holds. */
  readonly tells: RegExp;
}

const NUMBER_WORDS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|half|twice|' +
  'zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|dreißig|hundert|halb|zweimal|' +
  'deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|cent|demie?|' +
  'dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cien|medi[ao]';
const TIME_WORDS =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|mornings?|afternoons?|evenings?|noon|midnight|days?|weeks?|months?|' +
  '(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|januar|februar|märz|mai|juni|juli|oktober|dezember|frühling|sommer|herbst|morgens|vormittags|mittags|nachmittags|abends|tage?n?|wochen?|monate?n?|' +
  'lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|printemps|été|automne|hiver|matins?|midi|après-midi|soirs?|jours?|semaines?|mois|' +
  'lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|primavera|verano|otoño|invierno|mañanas?|tardes?|noches?|días?|semanas?|mes(?:es)?';
/** \b knows ASCII alone. */
const word = (words: string) => String.raw`(?<![\p{L}\p{N}])(?:${words})(?![\p{L}\p{N}])`;

/** What a question wants to be told, most particular first. */
const KINDS: readonly Kind[] = [
  {
    asks: new RegExp(
      word(
        'how much (?:is|are|for|do|does|would|will)|price|costs?|fee|wie ?viel kostet|was kostet|kosten|preis|cuestan?|precio|vale|cobran?|combien co[uû]te(?:nt)?|prix|tarifs?',
      ),
      'iu',
    ),
    tells: new RegExp(
      `[€£$]|${word('euros?|pounds?|dollars?|pence|cents?|franken|free|kostenlos|kostenfrei|umsonst|gratis|gratuit[aoe]?s?')}`,
      'iu',
    ),
  },
  {
    asks: new RegExp(word('who|whose|whom|wer|wem|wen|qui|quien|quién|quiénes'), 'iu'),
    tells:
      /(?<![.!?]\s|^)(?<=\P{L})\p{Lu}\p{Ll}+\s(?:(?:de|van|von|der)\s)*\p{Lu}\p{Ll}+|^\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+/u,
  },
  {
    asks: new RegExp(
      word(
        'when|what time|(?:which|what) days?|wann|um wie ?viel uhr|cu[aá]ndo|a qu[eé] hora|qu[eé] d[ií]as?|quand|quando|quels? jours?|quelle heure',
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

/** That there is none is an answer as well. */
const DENIES = new RegExp(
  word('no|not|none|never|without|kein(?:e[mnrs]?)?|nicht|nie|ohne|pas|aucune?|jamais|sans|ning[uú]n[ao]?|nunca|sin'),
  'iu',
);
/** What no other words can stand for. */
const NEEDED: readonly Kind[] = [
  {
    asks: /(?:what|which|wie|wie lautet|welche|cu[aá]l|quelle?)\s(?:(?:is|are|ist|lautet|es|est)\s)?(?:\p{L}+\s){0,2}(?:e-?mail(?: |-)?(?:address|adresse)?|adresse (?:e-?mail|électronique)|correo(?: electr[oó]nico)?)(?!\p{L})/iu,
    tells: /\S@\S/u,
  },
  {
    asks: /(?:what|which|wie|wie lautet|welche|cu[aá]l|quel)\s(?:(?:is|are|ist|lautet|es|est)\s)?(?:\p{L}+\s){0,2}(?:(?:tele)?phone number|telefonnummer|rufnummer|handynummer|n[uú]mero de tel[eé]fono|numéro de téléphone|account number|kontonummer|iban|n[uú]mero de cuenta|numéro de compte)(?!\p{L})/iu,
    tells: /\d(?:[ ()/.-]?\d){4}/u,
  },
];

/** Whether a sentence may answer: an address or a number of this sort that is asked for must stand in it. */
export function neededTeller(question: string): (sentence: string) => boolean {
  const kind = NEEDED.find(({ asks }) => asks.test(question));
  return (sentence) => kind === undefined || kind.tells.test(sentence) || DENIES.test(sentence);
}

/** Whether a sentence holds the kind of thing that is asked for: a price, a name, a time, a number. */
export function kindTeller(question: string): (sentence: string) => boolean {
  const kind = KINDS.find(({ asks }) => asks.test(question));
  return (sentence) => kind?.tells.test(sentence) ?? false;
}
