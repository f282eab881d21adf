import { isCodeWord, isReceiver } from './code-words.ts';
import { drawnPlainly } from './letter-signs.ts';
import { TOP_LEVEL_NAMES } from './top-level-names.ts';

/** Letters, digits, full stops and hyphens: where a name of a site may stand. */
const STRETCH = /[\p{L}\p{M}\p{N}.-]+/gu;
/** Known to everyone: with a capital too this is no sentence whose space was forgotten. */
const COMMON =
  /^(?:com|net|org|info|biz|dev|app|xyz|site|online|shop|club|top|link|click|live|cloud|store|tech|page|example|test|invalid|onion|local|internal|zip|mov|lol|icu|vip|fun|pro|one|world|today|life|agency|name|mobi|asia|space|work|blog|news|media|chat|social|finance|bank|money|support|help|email|mail|host|website)$/i;
/** Endings that begin sentences. */
const SENTENCE_STARTERS =
  /^(?:call|case|date|final|free|how|law|like|love|men|new|next|now|open|place|play|please|plus|post|read|save|search|show|try|watch|win|you|your)$/i;
/** Endings of files, which may stand in the middle of a path. */
const FILE_ENDINGS =
  /^(?:pdf|docx?|txt|csv|xlsx?|odt|html?|jpe?g|png|gif|svg|mp[34]|json|xml|ya?ml|css|php|sql|rtf|pptx?|avi|wav|epub|[jt]sx?|cpp|hpp|vue|toml|ini|log|env|webp|ico|bak|jar|exe|tar|tgz|rar|tiff?|ics|vcf|webm|ogg|flac|conf|cfg|md|py|cs|gz)$/i;
const IP_ADDRESS = /(?<![\p{L}\p{N}.-])(?:\d{1,3}\.){3}\d{1,3}[:/]/u;
const BARE_IP = /(?<![\p{L}\p{N}.-])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}-]|\.\d)/gu;
const IPV6_ADDRESS = /\[(?=[0-9a-f:]{0,36}[0-9a-f]{3})[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}\]/i;
/** Lower ones number versions and sections. */
const SURE_OF_IP = 32;
const PLACE = /^(?::\d|\/)/;
const PATH = /^(?::\d+)?\//;
/** So many labels before an ending are looked at. */
const MOST_LABELS = 6;

/**
 * Whether a run of characters without a blank holds a site's name without a scheme before it, as browsers and chat
 * programs would make a link of. Names in code, of files and after a forgotten space are none.
 *
 * @param plain unmasked
 */
export function holdsBareAddress(plain: string): boolean {
  if (IPV6_ADDRESS.test(plain)) return true;
  if (!plain.includes('.')) return false;
  if (IP_ADDRESS.test(plain) || (plain.match(BARE_IP) ?? []).some(isOutside)) return true;
  for (const { 0: stretch, index } of plain.matchAll(STRETCH)) {
    const end = index + stretch.length;
    const rest = plain.slice(end, end + 8);
    const parts = stretch.split(/\.{2,}/);
    if (parts.some((part, place) => isAddress(part, place === parts.length - 1 ? rest : ''))) return true;
  }
  return false;
}

/** Whether four numbers are an address on the internet, and not of one's own network or a version. */
function isOutside(address: string): boolean {
  const [first = 0, second = 0, ...others] = address.split('.').map(Number);
  const isOwn =
    [0, 10, 127].includes(first) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second < 32);
  const numbers = [first, second, ...others];
  return !isOwn && first < 224 && numbers.every((each) => each < 256) && numbers.some((each) => each >= SURE_OF_IP);
}

/** Whether a word is an ending of sites, as one types it after the full stop. */
export function isEnding(word: string): boolean {
  return TOP_LEVEL_NAMES.has(word) || COMMON.test(word) || word.startsWith('xn--');
}

/** @param rest what follows: a port or a path says that a place is meant */
function isAddress(stretch: string, rest: string): boolean {
  const labels = stretch.replaceAll(/^[.-]+|(?<![.-])[.-]+$/g, '').split('.');
  return labels.some((label, place) => {
    if (place === 0) return false;
    const before = labels.slice(Math.max(0, place - MOST_LABELS), place);
    const ending = shownEnding(endingOf(label), before);
    if (place < labels.length - 1) return isInnerName(ending, before, labels.at(-1) ?? '', rest);
    return PLACE.test(rest) ? isWithPlace(ending, before, rest) : isNameOfSite(ending, before);
  });
}

/** `evil.com.pdf` is read as evil.com by some; `my.report.pdf` and `link-filter.test.ts` are files. */
function isInnerName(ending: string, before: readonly string[], last: string, rest: string): boolean {
  const isOfFile = FILE_ENDINGS.test(last) && !PLACE.test(rest) && !COMMON.test(ending) && ending.length > 2;
  return !isOfFile && !(ending === 'test' && FILE_ENDINGS.test(last)) && isNameOfSite(ending, before);
}

/** `evil.com:80`, `evil.whatever/pay`: an ending that no list knows is one, unless files or a program's words have it. */
function isWithPlace(ending: string, before: readonly string[], rest: string): boolean {
  if (TOP_LEVEL_NAMES.has(ending.toLowerCase())) return !isCodeWord([...before, ending].join('.')) || PATH.test(rest);
  const isWord = FILE_ENDINGS.test(ending) || before.every(isReceiver);
  return PATH.test(rest) && !isWord && /^\p{L}{2,}$|^xn--/u.test(ending);
}

function isNameOfSite(ending: string, before: readonly string[]): boolean {
  return isSpelledAsEnding(ending, before) && !isCodeWord([...before, ending].join('.'));
}

/** `visit-evil.com-now`: the hyphen ends what one reads as the name. */
function endingOf(label: string): string {
  return label.startsWith('xn--') ? label : (label.split('-')[0] ?? '');
}

/** `evil.сom`: letters of another script beside ours are there to be taken for ours. */
function shownEnding(ending: string, before: readonly string[]): string {
  if (!/[^\p{Script=Latin}\p{N}\p{P}]/u.test(ending) || !/[a-z]/i.test(ending + before.at(-1))) return ending;
  const drawn = [...ending].map(drawnPlainly).join('');
  return isEnding(drawn) ? drawn : ending;
}

function isSpelledAsEnding(ending: string, before: readonly string[]): boolean {
  if (isEnding(ending)) return true;
  // In another script than ours no list keeps up, and no code is written.
  if (/\P{ASCII}/u.test(ending) && /^\p{Ll}{3,24}$/u.test(ending)) return true;
  const small = ending.toLowerCase();
  if (!TOP_LEVEL_NAMES.has(small)) return false;
  if (before.every((label) => label === label.toUpperCase()) && ending === ending.toUpperCase()) {
    return (before.at(-1)?.length ?? 0) > 1;
  }
  return small.length > 2 && !SENTENCE_STARTERS.test(small);
}
