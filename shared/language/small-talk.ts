export type SmallTalk = 'greeting' | 'thanks' | 'farewell' | 'about';

export interface HeardSmallTalk {
  readonly kind: SmallTalk;
  /** In which its words are said, the likeliest first; empty where there are none. */
  readonly languages: readonly string[];
}

type ByLanguage = Readonly<Record<string, string>>;

/** What is said, without accents; several words make one phrase where they are joined by an underline. */
const SAID: Readonly<Record<'thanks' | 'farewell' | 'greeting' | 'reaction', ByLanguage>> = {
  thanks: {
    en: 'thanks thank_you thank_u thankyou thx ty cheers much_appreciated',
    de: 'danke dankeschon vielen_dank besten_dank herzlichen_dank danke_dir danke_ihnen',
    fr: 'merci',
    es: 'gracias',
    it: 'grazie',
    pt: 'obrigado obrigada',
    nl: 'bedankt dank_je dank_u dankjewel',
  },
  farewell: {
    en: 'bye goodbye good_bye bye_bye see_you farewell good_night',
    de: 'tschuss tschuess auf_wiedersehen bis_bald gute_nacht',
    fr: 'au_revoir bonne_nuit a_bientot',
    es: 'adios hasta_luego hasta_pronto buenas_noches',
    it: 'arrivederci a_presto buonanotte',
    pt: 'tchau adeus ate_logo',
    nl: 'doei tot_ziens',
  },
  greeting: {
    en: 'hi hello hey hiya howdy yo good_morning good_afternoon good_evening good_day how_are_you whats_up',
    de: 'hallo moin servus guten_tag guten_morgen guten_abend gruss_gott wie_gehts wie_geht_es',
    fr: 'bonjour bonsoir salut ca_va',
    es: 'hola buenos_dias buenas_tardes buenas que_tal como_esta como_estas',
    it: 'ciao buongiorno buonasera come_va',
    pt: 'ola oi bom_dia boa_tarde boa_noite tudo_bem',
    nl: 'hoi dag goedemorgen goedemiddag goedenavond hoe_gaat_het',
  },
  reaction: {
    en: 'ok okay test testing yes no hmm cool great lol',
    de: 'ja nein gut super',
    fr: 'oui non',
    es: 'si vale',
    pt: 'sim',
    nl: 'nee',
  },
};

type Said = keyof typeof SAID;

/** Longer phrases first within a language: `good_morning` before what stands in it. */
const PHRASES: Readonly<Record<Said, readonly { readonly language: string; readonly words: string }[]>> = {
  thanks: phrasesOf(SAID.thanks),
  farewell: phrasesOf(SAID.farewell),
  greeting: phrasesOf(SAID.greeting),
  reaction: phrasesOf(SAID.reaction),
};

const REACTIONS = new Set(Object.values(SAID.reaction).flatMap((words) => words.split(' ')));
/** Questions are asked with the words of reactions, too ("Is there a test?"): behind a first one, only these stand beside them. */
const BESIDE_REACTION = new Set(
  'oh so very that thats it its this is am im i a all just really was help helped muy bien todo sehr das tout'.split(
    ' ',
  ),
);

/** What may stand beside it without asking for anything. */
const BESIDE =
  'a all and are again an any anyone anybody ask at be can could doing dear everyone everything for friend from great have help helped helpful i im info information is it its just kind lot lots me much my nice of oh perfect question questions quick really so something such team thanks that thats the there this to today u useful very was well wonderful you your ' +
  'alle alles auskunft das die eine einen euch fur frage fragen geholfen habe hat hilfe ich ihnen ihr ihre information informationen leute mal mir dir noch nochmal schon sehr toll und zusammen zusammenarbeit deine die der ' +
  'amigo ayuda buena con de dia el esta estas gracias informacion la las los mucha muchas mil muy para por pregunta respuesta su todo todos tengo tu un una y ' +
  'beaucoup bien votre ton aide infos pour tout tous le les une j ai molte mille tante tutto muito muita pela ajuda voor hulp alles veel je uw';

/** Questions about whoever answers here. */
const ABOUT: ByLanguage = {
  en: `(?:so )?(?:who|what) (?:are|r) (?:you|u)(?: really)?|are you (?:an? )?(?:real|human|person|robot|bot|chatbot|machine|computer|ai|chatgpt|alive)(?: (?:person|human))?(?: or (?:an? )?(?:real )?(?:human|person|robot|bot|chatbot|machine|computer|ai))?|is this (?:an? )?(?:bot|robot|ai|real person|human)|am i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:bot|robot|ai|human|machine|(?:real )?person)|what (?:can|do) you (?:do|know|know about|help with|help me with|answer)|what can i ask(?: you)?|what (?:should|could) i ask(?: you)?|how (?:can|do) you (?:help|help me|work)|(?:can|could) you help(?: me)?|(?:i need |please )?help(?: me)?(?: please)?|what ?(?:s| is) your name|who (?:made|built|created|programmed) you`,
  de: `(?:wer|was) (?:bist du|sind sie|seid ihr)|bist du (?:ein |eine )?(?:mensch|roboter|bot|ki|maschine|echt|chatbot|person)|sind sie (?:ein |eine )?(?:mensch|roboter|bot|ki|maschine|echt|chatbot|person)|was (?:kannst du|konnen sie)(?: tun| alles| machen)?|was weisst du|was wissen sie|was kann ich (?:dich|sie|hier)? ?fragen|wie (?:heisst du|heissen sie)|(?:kannst du|konnen sie) mir helfen|(?:ich brauche )?hilfe|wie (?:kannst du|konnen sie) mir helfen`,
  es: `(?:quien|que) (?:eres|es usted|sois)|(?:eres|es usted) (?:un |una )?(?:robot|bot|humano|humana|persona|maquina|ia|real|chatbot)|que (?:puedes|puede) (?:hacer|responder)|que sabes|que te puedo preguntar|que puedo preguntar(?:te|le)?|como (?:te llamas|se llama usted)|(?:me )?(?:puedes|puede|podrias) ayudar(?:me)?|(?:necesito )?ayuda|en que (?:puedes|puede) ayudarme`,
  fr: `(?:qui|que) (?:es tu|etes vous)|tu es qui|vous etes qui|(?:es tu|etes vous) (?:un |une )?(?:robot|humain|personne|ia|machine)|que (?:peux tu|pouvez vous) faire|(?:aide|aidez) moi|comment (?:t appelles tu|vous appelez vous)|pouvez vous m aider|peux tu m aider`,
  it: `chi sei|cosa sei|sei (?:un |una )?(?:robot|umano|persona|bot)|cosa (?:puoi|sai) fare|puoi aiutarmi|aiuto|come ti chiami`,
  pt: `quem (?:es|e voce)|voce e (?:um |uma )?(?:robo|humano|pessoa|bot)|o que (?:voce pode|pode) fazer|pode me ajudar|ajuda|como se chama`,
  nl: `wie ben (?:je|jij)|wie bent u|wat ben je|ben je (?:een )?(?:robot|mens|bot)|wat kun (?:je|jij)(?: doen)?|kun je me helpen|hoe heet je`,
};

const ASKS_ABOUT = Object.entries(ABOUT).map(([language, questions]) => ({
  language,
  questions: new RegExp(`^(?:${questions})$`),
}));

const BESIDE_WORDS = new Set(BESIDE.split(' '));
const MAX_WORDS = 10;

/**
 * A message that asks nothing of the sources: a greeting, thanks, a farewell, or a question about whoever answers here.
 * Undefined for anything that holds one word more.
 */
export function smallTalkIn(message: string): HeardSmallTalk | undefined {
  const plain = plainWords(message);
  if (plain === '') return { kind: 'greeting', languages: [] };
  if (plain.split(' ').length > MAX_WORDS) return undefined;
  const parts = partsIn(plain);
  if (parts) return parts;
  const asked = plain.replace(/^(?:(?:hi|hello|hey|hallo|hola|bonjour|ciao|ola|hoi|ok|okay|and|und|y) )+/, '');
  const languages = ASKS_ABOUT.filter(({ questions }) => questions.test(asked)).map(({ language }) => language);
  return languages.length > 0 ? { kind: 'about', languages } : undefined;
}

function partsIn(plain: string): HeardSmallTalk | undefined {
  let rest = setApart(plain);
  let heard: { readonly kind: Said; readonly languages: readonly string[] } | undefined;
  // Who greets and thanks, thanks.
  for (const kind of ['thanks', 'farewell', 'greeting', 'reaction'] as const) {
    const languages: string[] = [];
    for (const { language, words } of PHRASES[kind]) {
      if (!rest.includes(words)) continue;
      rest = rest.replaceAll(words, ' ');
      if (!languages.includes(language)) languages.push(language);
    }
    if (languages.length > 0) heard ??= { kind, languages };
  }
  if (!heard) return undefined;
  const { kind, languages } = heard;
  const others = rest.trim().split(' ').filter(Boolean);
  const beside = kind === 'reaction' || reactsInside(plain) ? BESIDE_REACTION : BESIDE_WORDS;
  if (!others.every((word) => beside.has(word)) || (kind === 'reaction' && /^(?:is|am|was) /.test(plain)))
    return undefined;
  return { kind: kind === 'reaction' ? 'greeting' : kind, languages };
}

function reactsInside(plain: string): boolean {
  const words = plain.split(' ');
  const first = words.findIndex((word) => !REACTIONS.has(word));
  return first >= 0 && words.slice(first).some((word) => REACTIONS.has(word));
}

/** Each word between blanks of its own: what shared one with its neighbour would be missed when that is taken out. */
function setApart(words: string): string {
  return ` ${words.replaceAll(' ', '  ')} `;
}

function phrasesOf(said: ByLanguage) {
  return Object.entries(said).flatMap(([language, phrases]) =>
    phrases
      .split(' ')
      .sort((a, b) => b.length - a.length)
      .map((phrase) => ({ language, words: setApart(phrase.replaceAll('_', ' ')) })),
  );
}

/** In small letters, without accents and marks, one blank between two words. */
export function plainWords(message: string): string {
  return (
    message
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{M}/gu, '')
      .replaceAll('ß', 'ss')
      .replaceAll(/(?<=\p{L})['’](?=\p{L})/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ');
}
