const BREAK = /(?<=[.!?…]["”’')\]]?)\s+(?=\S)|(?<=[。！？])/u;
/** Short for a word that goes on with the sentence. */
const SHORTENED =
  /(?:^|[\s("„“])(?:Dr|Prof|Nr|St|Hr|Mr|Mrs|Ms|Mme|Mlle|Sra?|Tel|ca|bzw|vgl|ggf|evtl|inkl|exkl|zzgl|approx|incl|aprox|núm|pág|e\.g|i\.e|[diouz]|z\. ?B|d\. ?h|u\. ?a|p\. ?ej)\.$/u;
/** In German a number with a full stop is an ordinal: behind these, before a month, and before a word in small letters. */
const NUMBER = /(?:^|[\s(–-])\d{1,2}\.$/u;
const ORDINAL = /(?:^|\s)(?:der|die|das|dem|den|des|im|am|zum|zur|vom|beim|jede[mnrs]?)\s\d{1,2}\.$/iu;
const MONTH =
  /^(?:Jan(?:uar)?|Jänner|Feb(?:ruar)?|März|Mrz|Apr(?:il)?|Mai|Juni?|Juli?|Aug(?:ust)?|Sept?(?:ember)?|Okt(?:ober)?|Nov(?:ember)?|Dez(?:ember)?)(?!\p{L})/u;

/** The sentences of a line, without the blanks between them; a date, an ordinal and an abbreviation end none. */
export function splitSentences(line: string): string[] {
  const sentences: string[] = [];
  for (const part of line.split(BREAK)) {
    const last = sentences.at(-1);
    if (last !== undefined && goesOn(last, part)) sentences[sentences.length - 1] = `${last} ${part}`;
    else sentences.push(part);
  }
  return sentences;
}

function goesOn(before: string, part: string): boolean {
  if (!before.endsWith('.')) return false;
  return (
    SHORTENED.test(before) ||
    ORDINAL.test(before) ||
    (NUMBER.test(before) && (MONTH.test(part) || /^\p{Ll}/u.test(part)))
  );
}
