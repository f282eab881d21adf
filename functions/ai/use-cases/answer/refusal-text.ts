import { smallTalkIn } from '../../../../shared/language/small-talk.ts';
import { LINK_REMOVED, NO_ADDRESSES, removeLinks } from '../guard/link-filter.ts';
import { cleanText } from '../text/clean-text.ts';
import { guessLanguage } from '../text/guess-language.ts';
import { shorten } from '../text/shorten.ts';
import type { Refusal } from './decide-refusal.ts';

interface Texts extends Readonly<Record<Refusal, string>> {
  /** Before the titles, and between the last two of them. */
  readonly covered: string;
  readonly and: string;
  readonly quotes: readonly [string, string];
}

/** What the visitor reads instead of an answer; polite, and honest about why. */
const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    greeting: 'Hello! Ask me anything about the material here, and I will answer from it.',
    thanks: 'You are welcome! Ask me whenever there is more you would like to know.',
    farewell: 'Goodbye, and thank you for your visit!',
    about:
      'I am an automatic assistant, not a person: I answer questions from the material I have been given, and say so when it holds no answer.',
    not_covered: 'I am sorry, I could not find an answer to that in the material I have been given.',
    covered: 'I can help with what is in',
    and: 'and',
    quotes: ['“', '”'],
  },
  de: {
    greeting: 'Hallo! Stellen Sie mir eine Frage zu den Inhalten hier, ich antworte daraus.',
    thanks: 'Gern geschehen! Fragen Sie jederzeit, wenn Sie mehr wissen möchten.',
    farewell: 'Auf Wiedersehen und danke für Ihren Besuch!',
    about:
      'Ich bin ein automatischer Assistent, kein Mensch: Ich beantworte Fragen aus den Unterlagen, die ich habe, und sage es, wenn dort keine Antwort steht.',
    not_covered: 'Dazu finde ich in meinen Unterlagen leider keine Antwort.',
    covered: 'Helfen kann ich mit dem, was hier steht:',
    and: 'und',
    quotes: ['„', '“'],
  },
  fr: {
    greeting: 'Bonjour ! Posez-moi une question sur ces contenus, j’y répondrai à partir d’eux.',
    thanks: 'Je vous en prie ! Posez-moi d’autres questions quand vous voulez.',
    farewell: 'Au revoir, et merci de votre visite !',
    about:
      'Je suis un assistant automatique, pas une personne : je réponds à partir des documents dont je dispose, et je le dis quand ils ne contiennent pas de réponse.',
    not_covered: 'Je suis désolé, je ne trouve pas de réponse à cela dans les documents dont je dispose.',
    covered: 'Je peux vous aider avec ce que contiennent',
    and: 'et',
    quotes: ['« ', ' »'],
  },
  es: {
    greeting: '¡Hola! Pregúnteme lo que quiera sobre este material y le responderé a partir de él.',
    thanks: '¡De nada! Pregúnteme siempre que quiera saber algo más.',
    farewell: '¡Hasta pronto y gracias por su visita!',
    about:
      'Soy un asistente automático, no una persona: respondo a partir del material del que dispongo y lo digo cuando no contiene la respuesta.',
    not_covered: 'Lo siento, no encuentro una respuesta a eso en el material del que dispongo.',
    covered: 'Puedo ayudarle con lo que dicen',
    and: 'y',
    quotes: ['«', '»'],
  },
  it: {
    greeting: 'Ciao! Chiedimi qualcosa su questi contenuti e risponderò a partire da essi.',
    thanks: 'Prego! Chiedimi pure se vuoi sapere altro.',
    farewell: 'Arrivederci e grazie della visita!',
    about:
      'Sono un assistente automatico, non una persona: rispondo a partire dal materiale che ho a disposizione e lo dico quando non contiene la risposta.',
    not_covered: 'Mi dispiace, non trovo una risposta nel materiale che ho a disposizione.',
    covered: 'Posso aiutarti con ciò che dicono',
    and: 'e',
    quotes: ['«', '»'],
  },
  pt: {
    greeting: 'Olá! Pergunte-me sobre este material e responderei a partir dele.',
    thanks: 'De nada! Pergunte sempre que quiser saber mais.',
    farewell: 'Até logo e obrigado pela visita!',
    about:
      'Sou um assistente automático, não uma pessoa: respondo a partir do material de que disponho e digo quando ele não contém a resposta.',
    not_covered: 'Lamento, não encontro uma resposta para isso no material de que disponho.',
    covered: 'Posso ajudar com o que dizem',
    and: 'e',
    quotes: ['“', '”'],
  },
  nl: {
    greeting: 'Hallo! Stel gerust een vraag over het materiaal hier, dan antwoord ik daaruit.',
    thanks: 'Graag gedaan! Stel gerust nog een vraag als u meer wilt weten.',
    farewell: 'Tot ziens en bedankt voor uw bezoek!',
    about:
      'Ik ben een automatische assistent, geen mens: ik antwoord uit het materiaal dat ik heb gekregen en zeg het als er geen antwoord in staat.',
    not_covered: 'Sorry, daar vind ik geen antwoord op in het materiaal dat ik heb gekregen.',
    covered: 'Ik kan helpen met wat staat in',
    and: 'en',
    quotes: ['“', '”'],
  },
};

export interface RefusalContext {
  /** Answered in its language where that is clear and we speak it. */
  readonly question: string;
  /** The widget's. */
  readonly locale: string | undefined;
  /** Titles of what the sources do cover, best first; they may be anyone's words. */
  readonly titles: readonly string[];
}

/** Who greets or thanks has asked for nothing. */
const OFFERING: ReadonlySet<Refusal> = new Set<Refusal>(['not_covered', 'about']);
const MAX_TITLES = 3;
const MAX_TITLE_CHARACTERS = 80;

/** In the visitor's language, else the widget's, else English; with what can be asked about instead. */
export function refusalText(refusal: Refusal, { question, locale, titles }: RefusalContext): string {
  const own = locale?.split(/[-_]/)[0]?.toLowerCase();
  // "Hello" and "ok" are said in every language.
  const international = refusal === 'greeting' ? 'en' : undefined;
  const said = (smallTalkIn(question)?.languages ?? []).filter((language) => language !== international);
  const heard = said.find((language) => language === own) ?? said[0] ?? guessLanguage(question);
  const texts = textsFor(heard) ?? textsFor(own) ?? textsFor('en');
  if (!texts) return '';
  const [open, close] = texts.quotes;
  const named = [...new Set(titles.flatMap(shownTitle))].slice(0, MAX_TITLES).map((title) => open + title + close);
  if (!OFFERING.has(refusal) || named.length === 0) return texts[refusal];
  const list = [named.slice(0, -1).join(', '), named.at(-1)].filter(Boolean).join(` ${texts.and} `);
  return `${texts[refusal]} ${texts.covered} ${list}.`;
}

function textsFor(language: string | undefined): Texts | undefined {
  return language === undefined ? undefined : TEXTS[language];
}

/** A title is a page's or a file's own: what could lead a visitor away is left out, ending of a file name and all. */
function shownTitle(title: string): string[] {
  const clean = cleanText(title)
    .replace(/\.(?:md|txt|pdf|docx|html?|csv)$/i, '')
    .replaceAll(/[\s“”«»„"<>[\]`*_|]+/g, ' ')
    .trim();
  if (clean === '' || removeLinks(clean, NO_ADDRESSES).includes(LINK_REMOVED)) return [];
  return [shorten(clean, MAX_TITLE_CHARACTERS)];
}
