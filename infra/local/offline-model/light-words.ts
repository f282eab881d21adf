import { stemOf } from '../../../shared/language/content-words.ts';

/**
 * Verbs and measures that questions about any subject are put with: whether a text holds them tells little about
 * whether it answers. Without accents.
 */
const LIGHT = `
one single happen happens happened possible want wants like see get gets got have bring brings keep made put exist exists offer
offers provide provides ask asks expect own best good nice new exactly normally usually during anything something
anyone somebody place many open reach sort kinds type types bigger far until whole main first last number per
passieren passiert geschehen geschieht moglich statt findet stattfinden ablauft hoch gross grosse wichtig genau
normalerweise ungefahr ganz wann bieten bietet angebot besonders gut beste bestes neu neue sagt sagen halten behalten
stellen stellt nehmen nimmt liegt liegen laufen lauft sieht sehen funktioniert steht eigentlich anbieten verwenden
pasa pasar ocurre ocurrir sucede posible existe existen ofrece ofrecen dan dar da dais poner pone usar uso
valer vale ver haber mejor bueno buena nuevo nueva llega tardar tarda saber sirve funciona
antes despues normalmente
passe passer arrive arriver propose proposez proposer offre offrez offrir existe possible trouve trouver donne donner mettre
utiliser savoir voir bon bonne mieux nouveau nouvelle moment habituellement normalement
`
  .trim()
  .split(/\s+/);

const LIGHT_STEMS = new Set(LIGHT.map(stemOf));

/** Whether a stem goes with any subject. */
export function isLight(stemmed: string): boolean {
  return LIGHT_STEMS.has(stemmed);
}
