import { plainWords } from '../../../shared/language/small-talk.ts';

/** What a message without a word to look up asks of the answer before it. */
type FollowUpKind = 'more' | 'next' | 'why' | 'sure';

/** What is said around sentences of the passages: hardly a word that a passage would have to hold. */
interface Said {
  readonly noMore: string;
  readonly noReason: string;
  /** Before a sentence that is told once more. */
  readonly again: string;
}

export interface FollowUp {
  readonly kind: FollowUpKind;
  readonly said: Said;
}

interface Language extends Said {
  readonly phrases: Readonly<Record<FollowUpKind, string>>;
}

const LANGUAGES: readonly Language[] = [
  {
    phrases: {
      more: '(?:is there )?(?:anything|something) (?:else|more)|what (?:else|more)(?: is there)?|(?:can you |could you |please )?(?:tell|say) (?:me )?more|more|(?:some )?more (?:please|details?)|(?:is )?that (?:all|it|everything)|is that (?:all|it|everything)',
      next: 'then(?: what)?|what (?:then|next)|what (?:comes|happens) (?:then|next)|go on|continue|next|afterwards',
      why: 'why(?: (?:not|so|is (?:that|this|it)(?: so)?|that))?|how come|for what reason|what for',
      sure: 'really|(?:are you |is (?:that|this|it) |you )?(?:really )?(?:sure|certain|true|right|correct)|is that so|seriously',
    },
    ...{ noMore: 'That is all there is about it.', noReason: 'The sources do not say why.', again: 'So it says:' },
  },
  {
    phrases: {
      more: '(?:gibt es |hast du |haben sie )?(?:sonst )?noch (?:etwas|was|mehr)|(?:was |und )?sonst(?: noch)?(?: (?:etwas|was))?|was (?:noch|gibt es (?:sonst )?noch)|mehr|(?:erzahl|sag) (?:mir )?mehr|(?:ist )?das alles|(?:war|ist) das alles',
      next: 'dann|was (?:dann|kommt dann|passiert dann)|und weiter|weiter|danach|wie weiter',
      why: 'warum(?: (?:nicht|das|denn|so))?|wieso(?: (?:nicht|das|denn))?|weshalb|wozu',
      sure: 'wirklich|echt|(?:bist du |sind sie )?(?:dir |sich )?(?:ganz )?sicher|(?:stimmt|ist) das (?:wirklich|so|wahr)?|stimmt das',
    },
    ...{ noMore: 'Das ist alles.', noReason: 'Warum, steht hier nicht.', again: 'So steht es hier:' },
  },
  {
    phrases: {
      more: '(?:hay )?algo mas|que mas(?: hay)?|(?:dime |cuentame )?mas|eso es todo|es todo',
      next: 'luego|despues|entonces|que (?:pasa )?(?:luego|despues)|sigue|continua',
      why: 'por que(?: (?:no|eso))?|para que',
      sure: 'de verdad|en serio|(?:es |esta |estas )?(?:seguro|segura|cierto|verdad)(?: de eso)?',
    },
    ...{ noMore: 'Eso es todo.', noReason: 'No se dice por qué.', again: 'Así es:' },
  },
];
const LEADS = /^(?:(?:and|but|ok|okay|so|well|und|aber|also|na|y|pero|bueno) )+(?=.)/;
const KINDS: readonly FollowUpKind[] = ['more', 'next', 'why', 'sure'];

/** Undefined for anything that holds one word more. */
export function followUpIn(question: string): FollowUp | undefined {
  const plain = plainWords(question);
  for (const asked of [plain, plain.replace(LEADS, '')]) {
    for (const { phrases, ...said } of LANGUAGES) {
      const kind = KINDS.find((each) => new RegExp(`^(?:${phrases[each]})$`).test(asked));
      if (kind) return { kind, said };
    }
  }
  return undefined;
}
