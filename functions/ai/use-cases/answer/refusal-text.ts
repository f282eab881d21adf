import type { Refusal } from './decide-refusal.ts';

type Texts = Readonly<Record<Refusal, string>>;

/** What the visitor reads instead of an answer; polite, and honest about why. */
const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    greeting: 'Hello! Ask me anything about the material here, and I will answer from it.',
    not_covered: 'I am sorry, I could not find an answer to that in the material I have been given.',
  },
  de: {
    greeting: 'Hallo! Stellen Sie mir eine Frage zu den Inhalten hier, ich antworte daraus.',
    not_covered: 'Dazu finde ich in meinen Unterlagen leider keine Antwort.',
  },
  fr: {
    greeting: 'Bonjour ! Posez-moi une question sur ces contenus, j’y répondrai à partir d’eux.',
    not_covered: 'Je suis désolé, je ne trouve pas de réponse à cela dans les documents dont je dispose.',
  },
  es: {
    greeting: '¡Hola! Pregúnteme lo que quiera sobre este material y le responderé a partir de él.',
    not_covered: 'Lo siento, no encuentro una respuesta a eso en el material del que dispongo.',
  },
  it: {
    greeting: 'Ciao! Chiedimi qualcosa su questi contenuti e risponderò a partire da essi.',
    not_covered: 'Mi dispiace, non trovo una risposta nel materiale che ho a disposizione.',
  },
  pt: {
    greeting: 'Olá! Pergunte-me sobre este material e responderei a partir dele.',
    not_covered: 'Lamento, não encontro uma resposta para isso no material de que disponho.',
  },
  nl: {
    greeting: 'Hallo! Stel gerust een vraag over het materiaal hier, dan antwoord ik daaruit.',
    not_covered: 'Sorry, daar vind ik geen antwoord op in het materiaal dat ik heb gekregen.',
  },
};

/** In the widget's language where we speak it, else in English. */
export function refusalText(refusal: Refusal, locale: string): string {
  const language = locale.split(/[-_]/)[0]?.toLowerCase() ?? 'en';
  const texts = TEXTS[language] ?? TEXTS.en;
  return texts?.[refusal] ?? '';
}
