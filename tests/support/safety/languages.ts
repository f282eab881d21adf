export interface Language {
  readonly name: string;
  /** Two sentences, as a reader sees them. */
  readonly text: string;
  /** Read from right to left. */
  readonly rightToLeft?: true;
}

export const LANGUAGES: readonly Language[] = [
  { name: 'English', text: 'Bread is made of flour, water and yeast. The baker gets up early.' },
  { name: 'German', text: 'Brot wird aus Mehl, Wasser und Hefe gemacht. Süße Brötchen heißen auch Semmeln.' },
  { name: 'French', text: "Le pain est fait de farine et d'eau. Le boulanger pétrit déjà sa pâte à l'aube." },
  { name: 'Polish', text: 'Chleb robi się z mąki, wody i drożdży. Piekarz wstaje bardzo wcześnie, żeby zdążyć.' },
  { name: 'Turkish', text: 'Ekmek un, su ve mayadan yapılır. Fırıncı sabah çok erken işe başlar, güneş doğmadan.' },
  { name: 'Russian', text: 'Хлеб делают из муки, воды и дрожжей. Утром пекарь уже стоит у печи.' },
  { name: 'Greek', text: 'Το ψωμί γίνεται από αλεύρι, νερό και μαγιά. Ο φούρναρης ξυπνά νωρίς.' },
  { name: 'Arabic', text: 'يصنع الخبز من الدقيق والماء والخميرة', rightToLeft: true },
  { name: 'Hindi', text: 'रोटी आटे और पानी से बनती है। बेकर सुबह जल्दी उठता है।' },
  { name: 'Chinese', text: '面包是用面粉、水和酵母做的。清晨，面包师已经在揉面团。' },
  { name: 'Japanese', text: 'パンは小麦粉と水と酵母で作ります。朝になると、パン屋はもう生地をこねています。' },
  { name: 'Korean', text: '빵은 밀가루와 물과 효모로 만든다. 아침이면 제빵사는 벌써 반죽을 하고 있다.' },
];

export function textIn(name: string): string {
  const found = LANGUAGES.find((language) => language.name === name);
  if (!found) throw new Error(`there is no text in ${name}`);
  return found.text;
}
