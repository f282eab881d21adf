import { decodeEntities } from './entities.ts';

/** A tag as it stands in a page, or what is no text beside: a comment or a declaration, which has no name. */
export interface Tag {
  /** Lower case; empty for comments and declarations. */
  readonly name: string;
  readonly closes: boolean;
  /** `<br/>`. */
  readonly isEmpty: boolean;
  readonly isHidden: boolean;
  readonly from: number;
  readonly to: number;
}

/** Comments (`<!-->` is a whole one), declarations, and the beginnings of tags. */
const MARKUP = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<[!?][^<>]*>|<(\/?)([A-Za-z][^\s/<>]*)/g;
const ATTRIBUTE = /[\s/]*([^\s/<>=][^\s/<>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s<>"'][^\s<>]*)))?/y;
const TAG_END = /\s*(\/?)[\s/]*>/y;

/** The tags of a page in their order, from `place` on; what only looks like one is left to the text. */
export function nextTag(html: string, place: number): Tag | undefined {
  MARKUP.lastIndex = place;
  for (let match = MARKUP.exec(html); match; match = MARKUP.exec(html)) {
    const [whole, slash, name] = match;
    const from = match.index;
    if (name === undefined) {
      return { name: '', closes: false, isEmpty: true, isHidden: false, from, to: from + whole.length };
    }
    const rest = readAttributes(html, from + whole.length);
    if (rest) return { name: name.toLowerCase(), closes: slash === '/', from, ...rest };
  }
  return undefined;
}

/** Whether the attributes hide their element, and where the tag ends; undefined where it does not. */
function readAttributes(html: string, start: number): Pick<Tag, 'isEmpty' | 'isHidden' | 'to'> | undefined {
  let isHidden = false;
  let at = start;
  for (;;) {
    TAG_END.lastIndex = at;
    const end = TAG_END.exec(html);
    if (end) return { isEmpty: end[1] === '/', isHidden, to: TAG_END.lastIndex };
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(html);
    if (!match) return undefined;
    at = ATTRIBUTE.lastIndex;
    isHidden ||= hides(match[1] ?? '', match[2] ?? match[3] ?? match[4] ?? '');
  }
}

/** Ways through a site, and what lies over a page until it is answered. */
const ROLES = /^(?:navigation|menu|menubar|dialog|alertdialog)$/i;
/** What asks about cookies, by the names that its usual makers give it. */
const CONSENT =
  /(?:^|[\s_-])(?:cookie-?_?(?:banner|consent|notice|popup|overlay|law)|gdpr-?_?(?:banner|consent|notice)|consent-?_?(?:banner|popup|overlay)|onetrust-|cybotcookiebot|usercentrics|didomi-|cky-|cmplz-|borlabs-?cookie)/i;

function hides(attribute: string, value: string): boolean {
  switch (attribute.toLowerCase()) {
    case 'hidden':
      return value.trim().toLowerCase() !== 'until-found'; // Folded away: whoever looks for it sees it.
    case 'aria-hidden':
      return value.trim().toLowerCase() === 'true';
    case 'role':
      return ROLES.test(value.trim());
    case 'id':
    case 'class':
      return CONSENT.test(value);
    case 'style':
      return styleHides(decodeEntities(value));
    default:
      return false;
  }
}

/** Of several declarations of a property, the last one counts. */
function styleHides(style: string): boolean {
  const declared = new Map<string, string>();
  for (const declaration of style.replace(/\/\*[\s\S]*?\*\//g, '').split(';')) {
    const [property = '', value = ''] = declaration.split(':', 2);
    const word = value
      .replace(/!\s*important/i, '')
      .trim()
      .toLowerCase();
    declared.set(property.trim().toLowerCase(), word);
  }
  return declared.get('display') === 'none' || /^(?:hidden|collapse)$/.test(declared.get('visibility') ?? '');
}
