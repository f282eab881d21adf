import { withoutInvisible } from '../text/clean-text.ts';
import { withFullStops } from './full-stops.ts';
import { drawnPlainly } from './letter-signs.ts';

const ATS = /[[({<]\s?(?:@|at|arroba|ät)\s?[\])}>]/giu;
/** Joiners and marks that change how a letter looks, and not which it is. */
const SHAPERS = /\u200C|\u200D|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}]/gu;
/** Strokes and rings through letters, which no spelling needs and NFKC joins to none. */
const STROKES = /[\u0334-\u0338\u0332\u0333\u033F\u035F\u20D0-\u20F0]/gu;
/** Letters of ours in scripts and shapes that hardly anybody writes in: Cherokee, Lisu, small capitals, letters in squares. */
const ODD_LETTERS =
  /[\u13A0-\u13F5\uA4D0-\uA4F7\u1D00-\u1D22\uA730\uA731\u0299\u0262\u029C\u026A\u029F\u0274\u0280\u028F\u{1F150}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/gu;
/** What markdown and HTML do not show: emphasis, and the stroke before a mark. */
const MARKUP =
  /[*`]|~~|\\(?=[.:@])|(?<=\.)_{1,2}(?=[\p{L}\p{N}-]+_)|(?<=[\p{L}\p{N}])_{1,2}(?=\.)|<!--[^<>\s]{0,99}-->|<\/?(?:[abisu]|b[ru]|code|em|font|i|mark|small|span|strong|su[bp]|wbr)\/?>/giu;
/** Several in a row are one letter in UTF-8. */
const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const ESCAPED = /%([0-9a-f]{2})|\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}/giu;
const ENTITIES: Readonly<Record<string, string>> = {
  colon: ':',
  sol: '/',
  period: '.',
  middot: '·',
  centerdot: '·',
  sdot: '·',
  bull: '•',
  bullet: '•',
  commat: '@',
  lpar: '(',
  rpar: ')',
  lbrack: '[',
  lsqb: '[',
  rsqb: ']',
  bsol: '\\',
  lowbar: '_',
  hyphen: '-',
  tab: '',
  newline: '',
  shy: '',
  zwj: '',
  zwnj: '',
  lrm: '',
  rlm: '',
  nobreak: '',
  zerowidthspace: '',
  invisiblecomma: '',
  invisibletimes: '',
  applyfunction: '',
  amp: '&',
};
const ENTITY = new RegExp(`&(?:#x([0-9a-f]{1,6})|#(\\d{1,7})|(${Object.keys(ENTITIES).join('|')}));?`, 'giu');
/** A run that long may say something in base64. */
const ENCODED = /[A-Za-z0-9+/_-]{20,}={0,2}/g;

const ASCII = /^[\0-\x7F]*$/;

/** An escape may hold another one: so often it is looked again. */
const MOST_LAYERS = 3;

/** What a run of characters means to whoever shows it: wide and odd letters, entities and marks as the plain ones. */
export function unmask(run: string): string {
  let plain = run;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    const below = unescaped(plain);
    if (below === plain) break;
    plain = below;
  }
  const seen = withoutInvisible(plain).replaceAll(MARKUP, '');
  return withFullStops((ASCII.test(seen) ? seen : plainly(seen)).replaceAll(ATS, '@'));
}

function plainly(text: string): string {
  return (
    text
      .replaceAll(SHAPERS, '')
      .replaceAll(MARKUP, '')
      // An ellipsis is three full stops to NFKC, and a sign of hesitation to people.
      .replaceAll('…', ' ')
      .normalize('NFKC')
      .replaceAll(STROKES, '')
      .replaceAll(ODD_LETTERS, drawnPlainly)
  );
}

function unescaped(run: string): string {
  return run
    .replaceAll(ENTITY, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      return characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16), whole);
    })
    .replaceAll(PERCENT, (whole) => {
      const bytes = Buffer.from(whole.replaceAll('%', ''), 'hex');
      return bytes.every((byte) => byte < 0x80) ? whole : bytes.toString('utf8');
    })
    .replaceAll(ESCAPED, (whole, percent?: string, byte?: string, unit?: string, point?: string) =>
      characterOf(Number.parseInt(percent ?? byte ?? unit ?? point ?? '', 16), whole),
    );
}

/** Control characters are left out by whoever reads an address. */
function characterOf(code: number, otherwise: string): string {
  if (code < 0x20) return '';
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

/** Whether a part of the run is text in base64 or in hexadecimal bytes: words that no filter could read. */
export function holdsEncodedText(run: string): boolean {
  return (run.match(ENCODED) ?? []).some((part) => {
    const forms: BufferEncoding[] = /^[0-9a-f]+$/i.test(part) ? ['base64', 'hex'] : ['base64'];
    return forms.some((form) => isText(Buffer.from(part, form).toString('latin1')));
  });
}

function isText(decoded: string): boolean {
  const printable = decoded.match(/[\x20-\x7e\n]/g)?.length ?? 0;
  return decoded.length >= 10 && printable >= 0.95 * decoded.length && /[ :/.]/.test(decoded);
}
