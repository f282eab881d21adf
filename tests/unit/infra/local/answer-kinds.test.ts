import { describe, expect, test } from 'vitest';
import { kindTeller, neededTeller } from '../../../../infra/local/offline-model/answer-kinds.ts';

describe('an address or a number that is asked for must stand in the answer', () => {
  test.each([
    ['What is your e-mail address?', 'Write to hello@studio.example.', true],
    ['What is your e-mail address?', 'We send a text message two hours before.', false],
    ['Wie lautet eure Telefonnummer?', 'Ruf uns an: 030 123456.', true],
    ['Wie lautet eure Telefonnummer?', 'Bring die Nummer deines Tierarztes mit.', false],
    ['What is your phone number?', 'There is no telephone at the school.', true],
    ['Quel est le numéro de téléphone du vétérinaire ?', 'Apportez votre numéro.', false],
    ['¿Cuál es el número de cuenta?', 'ES91 2100 0418 4502 0005 1332', true],
    ['When do you answer the phone?', 'Between nine and five.', true],
  ])('%s %s', (question, sentence, may) => {
    expect(neededTeller(question)(sentence)).toBe(may);
  });
});

test.each([
  ['Combien coûte un cours ?', 'Le premier essai est gratuit.'],
  ['Quand ouvrez-vous ?', 'Le mercredi et le samedi.'],
  ['Combien de chiens ?', 'Quatre chiens au plus.'],
  ['Qui enseigne ?', 'Les cours sont donnés par Ilse Marchand.'],
])('what is asked for in French is known by its kind: %s', (question, sentence) => {
  expect(kindTeller(question)(sentence)).toBe(true);
});
