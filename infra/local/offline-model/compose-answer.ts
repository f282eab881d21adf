import { plainWords } from '../../../shared/language/small-talk.ts';
import { kindTeller, neededTeller } from './answer-kinds.ts';
import { type FollowUp, followUpIn } from './follow-ups.ts';
import { isLight } from './light-words.ts';
import { type PassageSentence, sentencesOf } from './passage-sentences.ts';
import type { ReadPrompt } from './read-prompt.ts';
import { likeness } from './word-likeness.ts';
import { stemsOf } from './words.ts';

/** What the prompt asks for when the passages do not answer. */
const NO_ANSWER = 'NOT_IN_SOURCES';

/** The share of the question's weight that the best sentence, with its surroundings, must carry. */
const ENOUGH = 0.46;
/** What a sentence gains by holding a price, a name, a time or a number where one is asked for. */
const OF_KIND = 0.12;
const MAX_SENTENCES = 3;
/** How near the best one a further sentence must come. */
const NEARLY = 0.85;

/** The share from which a sentence that names the subject goes on with it. */
const RELATED = 0.15;

/** What a word is worth that stands elsewhere than in the sentence itself. */
const IN_HEADING = 0.8;
const BESIDE = 0.55;
/** … or goes with any subject. */
const LIGHT = 0.35;
/** … or was asked before, and not again. */
const BEFORE = 0.4;

/** What begins a reason. */
const REASON =
  /(?:^|[^\p{L}])(?:because|since|so that|in order to|due to|otherwise|that is why|the reason|therefore|weil|denn|damit|deshalb|daher|sonst|um .{1,60} zu|porque|ya que|para que|por eso|debido a|si no)(?=[^\p{L}]|$)/iu;

const QUANTITY = /\bhow (much|many|long|often|far|old|big|tall|large|high|soon|fast|wide|deep|late|early)\b/gi;
/** What is asked for without being named. */
const ASKS_FOR_PRICE = /\bhow much (is|are|for|do|does|would|will)\b/i;
const ASKS_FOR_AGE = /\bhow old\b/i;

/** Chooses the sentences of the passages that fit the question best, each with the number of its passage. */
export function composeAnswer(prompt: ReadPrompt): string {
  const { question, previous, passages } = prompt;
  const followUp = prompt.answers.length > 0 && prompt.subject !== '' ? followUpIn(question) : undefined;
  if (followUp) return followUpAnswer(prompt, followUp);
  const own = stemsOf(spellOut(question));
  const said = own.length === 0 ? passages.find(({ title }) => plainWords(title) === plainWords(question)) : undefined;
  if (said) return told(sentencesOf(said).slice(0, MAX_SENTENCES));
  // A follow-up of a word or two means what was asked before.
  const wanted = own.length >= 2 ? own : [...own, ...stemsOf(spellOut(previous))];
  const sentences = passages.flatMap(sentencesOf);
  const mayAnswer = neededTeller(question);
  if (wanted.length === 0 || sentences.length === 0) return NO_ANSWER;

  const ranked = rankSentences(question, wanted, own, sentences).filter(({ sentence }) => mayAnswer(sentence.text));
  const best = ranked[0];
  if (!best || best.fit < ENOUGH) return NO_ANSWER;

  const chosen = ranked.filter((each) => each.score >= best.score * NEARLY).slice(0, MAX_SENTENCES);
  return told(distinct(chosen.map((each) => each.sentence)));
}

/** What else the passages hold of the subject, what comes next, why, or the same once more: in words that were not said. */
function followUpAnswer({ subject, answers, passages }: ReadPrompt, { kind, said }: FollowUp): string {
  const wanted = stemsOf(spellOut(subject));
  const ranked = rankSentences(subject, wanted, wanted, passages.flatMap(sentencesOf));
  if (!ranked[0] || ranked[0].fit < ENOUGH) return NO_ANSWER;
  const before = answers.map(plainWords);
  const isTold = ({ text }: PassageSentence) => before.some((answer) => answer.includes(plainWords(text)));
  const isAbout = ({ own }: PassageSentence) => wanted.some((stem) => likeness(stem, own) > 0);
  const related = ranked.filter(({ sentence, fit }) => fit >= RELATED && isAbout(sentence));
  const all = distinct(related.map(({ sentence }) => sentence));
  const old = all.filter(isTold);
  const fresh = all.filter((sentence) => !isTold(sentence));
  const behind = fresh.filter(({ n, place }) => old.some((each) => each.n === n && place > each.place));
  const reasons = [...fresh, ...old].filter(({ text }) => REASON.test(text));
  switch (kind) {
    case 'more':
      return told(fresh.slice(0, MAX_SENTENCES)) || said.noMore;
    case 'next':
      return told(behind.sort((a, b) => a.n - b.n || a.place - b.place).slice(0, MAX_SENTENCES)) || said.noMore;
    case 'why':
      return told(reasons.slice(0, 1)) || said.noReason;
    case 'sure':
      return old.length > 0 ? `${said.again} ${told(old.slice(0, 1))}` : NO_ANSWER;
  }
}

interface RankedSentence {
  readonly sentence: PassageSentence;
  readonly fit: number;
  readonly score: number;
}

/** Best first. */
function rankSentences(
  question: string,
  wanted: readonly string[],
  own: readonly string[],
  sentences: readonly PassageSentence[],
): RankedSentence[] {
  const weights = weigh(wanted, own.length > 0 ? own : wanted, sentences);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const tellsKind = kindTeller(question);
  return sentences
    .map((sentence) => {
      const fit = fitOf(sentence, weights) / total + (tellsKind(sentence.text) ? OF_KIND : 0);
      return {
        sentence,
        fit,
        score: fit + 0.06 * pairsIn(sentence, wanted) - (sentence.own.length < 3 ? 0.15 : 0),
      };
    })
    .sort((a, b) => b.score - a.score || a.sentence.n - b.sentence.n || a.sentence.place - b.sentence.place);
}

function told(sentences: readonly PassageSentence[]): string {
  return sentences.map((sentence) => `${sentence.text} [${sentence.n}]`).join(' ');
}

/** The question in words that a text would hold: `how much is` asks for a price, `how long` for nothing one can look up. */
function spellOut(question: string): string {
  const implied = [ASKS_FOR_PRICE.test(question) ? 'price' : '', ASKS_FOR_AGE.test(question) ? 'age' : ''];
  return [question.replaceAll(QUANTITY, ''), ...implied].join(' ');
}

/** Rarer among the sentences is heavier; what stands nowhere is heaviest, and nothing can make up for it. */
function weigh(
  wanted: readonly string[],
  asked: readonly string[],
  sentences: readonly PassageSentence[],
): Map<string, number> {
  return new Map(
    [...new Set(wanted)].map((stem) => {
      const containing = sentences.filter((sentence) => likeness(stem, sentence.own) > 0).length;
      const rarity = Math.log(1.5 + sentences.length / (1 + containing));
      return [stem, rarity * (isLight(stem) ? LIGHT : 1) * (asked.includes(stem) ? 1 : BEFORE)];
    }),
  );
}

function fitOf(sentence: PassageSentence, weights: ReadonlyMap<string, number>): number {
  let fit = 0;
  for (const [stem, weight] of weights) {
    const here = likeness(stem, sentence.own);
    const above = here >= IN_HEADING ? 0 : IN_HEADING * likeness(stem, sentence.heading);
    const beside = Math.max(here, above) >= BESIDE ? 0 : BESIDE * likeness(stem, sentence.beside);
    fit += weight * Math.max(here, above, beside);
  }
  return fit;
}

/** How many neighbours in the question are neighbours in the sentence. */
function pairsIn(sentence: PassageSentence, wanted: readonly string[]): number {
  let found = 0;
  for (const [place, stem] of wanted.entries()) {
    const next = wanted[place + 1];
    if (next !== undefined && sentence.own.some((word, at) => word === stem && sentence.own[at + 1] === next))
      found += 1;
  }
  return Math.min(found, 2);
}

/** Passages overlap, so the same sentence may come twice. */
function distinct(sentences: readonly PassageSentence[]): PassageSentence[] {
  const seen = new Set<string>();
  return sentences.filter((sentence) => {
    const key = sentence.text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
