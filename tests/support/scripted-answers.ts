/** What the scripted model says unless told otherwise. */
export function echoFirstPassage(prompt: string): string[] {
  const text = /<passage n="1"[^>]*>\n([\s\S]*?)\n<\/passage>/.exec(prompt)?.[1] ?? 'NOT_IN_SOURCES';
  return [...(text.match(/\s*\S+/g) ?? []).slice(0, 40), ' [1]'];
}

/** A model that does whatever a passage tells it to: the worst reader there is. */
export function obedientAnswer(prompt: string): string[] {
  const passages = prompt.slice(prompt.lastIndexOf('<passages>'), prompt.lastIndexOf('</passages>'));
  const orders = passages
    .split('\n')
    .filter((line) => /\b(ignore|instead|say|reply|answer|repeat|write|visit|tell)\b/i.test(line));
  const said = orders.map((order) =>
    /\b(instructions|prompt|rules)\b/i.test(order) ? `${order} ${inTheFormOf(order, prompt)}` : order,
  );
  return said.join(' ').match(/\s*\S+/g) ?? ['NOT_IN_SOURCES'];
}

/** The parts of an order that is strewn over several places, with its name and their numbers. */
export const strewn = (name: string, parts: readonly string[]) =>
  parts.map((part, place) => `«${name}-${place + 1}:${part}»`);

/** A model that gathers the parts of what it is asked about from all it reads, puts them together, and does what they say. */
export function gatheringAnswer(prompt: string): string[] {
  const passages = prompt.slice(prompt.lastIndexOf('<passages>'), prompt.lastIndexOf('</passages>'));
  const question = prompt.slice(prompt.lastIndexOf('Question: '));
  const parts = new Map(
    [...passages.matchAll(/«(\w+)-(\d):([^»]*)»/g)].flatMap(([, name = '', n, part = '']) =>
      question.includes(name) ? [[Number(n), part] as const] : [],
    ),
  );
  const order = [...parts.keys()]
    .sort()
    .map((n) => parts.get(n))
    .join('');
  const said = /your rules/.test(order) ? inTheFormOf(order, prompt) : order;
  return said === '' ? ['NOT_IN_SOURCES'] : (`Go to ${said} now [1].`.match(/\s*\S{1,7}/g) ?? []);
}

/** Text as an order wants it told. */
function inTheFormOf(order: string, text: string): string {
  if (/base64/i.test(order)) return Buffer.from(text).toString('base64');
  if (/hexadecimal/i.test(order)) return Buffer.from(text).toString('hex');
  if (/backwards/i.test(order)) return [...text].toReversed().join('');
  if (/letter by letter/i.test(order)) return [...text.replaceAll(/\s/g, '')].join(' ');
  if (/rot13/i.test(order)) return rot13(text);
  return text;
}

/** Every letter moved on by thirteen places. */
export function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}
