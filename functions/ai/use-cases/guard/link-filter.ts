import { holdsBareAddress } from './bare-address.ts';
import { emailsIn, withoutEmails } from './emails.ts';
import { MAY_BE_STOP } from './full-stops.ts';
import { NO_WORD, type WordBefore, wordBefore } from './parted-address.ts';
import type { StreamFilter } from './stream-filter.ts';
import { holdsEncodedText, unmask } from './unmask.ts';

/** Stands where a link was. */
export const LINK_REMOVED = '[link removed]';

/** What a link begins with before any of its marks has come. */
const LINK_BEGINS = /^[^\p{L}\p{N}]*(?:h(?:t(?:t(?:p\S*)?)?)?|w(?:w(?:w\S*)?)?)$/iu;
/** Marks of a link, and what only codes look like and a few names: such a run waits for its end; ordinary words do not. */
const MAY_BE_LINK = new RegExp(
  `[:./@\\\\&%：／＆]|\\]\\(|${MAY_BE_STOP}|[[({<]|[a-z][A-Z]|[A-Za-z]\\d|\\d[A-Za-z]|[A-Za-z0-9+/_-]{20}`,
  'u',
);
const ASCII = /^[\0-\x7F]*$/;
/** In scripts without blanks, and in others that share no letter with ours, an address stands right between the words. */
const OTHER_SCRIPT =
  '(?:[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}' +
  '\\p{Script=Myanmar}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Tamil}ー]|(?=[\\p{Script=Arabic}\\p{Script=Hebrew}])\\p{L})';
const BETWEEN_SCRIPTS = new RegExp(
  `(?<=[\\p{Script=Latin}\\p{Nd}])(?=${OTHER_SCRIPT})|(?<=${OTHER_SCRIPT})(?=[\\p{Script=Latin}\\p{Nd}])`,
  'u',
);
/** More than any of these marks is long. */
const TAIL = 24;
const OPENS_A_PROGRAM =
  'data|mailto|file|tel|sms|facetime|skype|whatsapp|tg|intent|blob|view-source|ftp|wss?|gopher|magnet|steam|sips?|ip[fn]s|market|' +
  'bitcoin|ethereum|litecoin|monero|lightning|xmpp|webcal|callto|itms(?:-apps|s)?|ms-[a-z-]+|viber|geo|ircs?|sftp|ldaps?|' +
  'web\\+[a-z]+|zoommtg|msteams|spotify|weixin|alipays?|ed2k|rtsp|rtmp|mms|nntp|telnet|ssh|smb|nostr|' +
  'upi|paytmmp|phonepe|gpay|cashapp|venmo|sgnl|bzz|dweb|gemini|search-ms|facetime-audio|x-[a-z][a-z.-]*';
/** Nothing behind the colon, it is a label: `Tel: 030 …`. */
const SCHEME = new RegExp(
  `[/\\\\]{2}[^\\s/]|\\b(?:javascript|vbscript):|\\b(?:${OPENS_A_PROGRAM}):(?![\\p{P}\\p{S}]*$)|\\b(?:https?|hxxps?):|\\bwww\\.|\\]\\(`,
  'iu',
);

export interface AllowedAddresses {
  /** Of the creator's own pages. */
  readonly hosts: ReadonlySet<string>;
  /** In small letters, as `emailsIn` finds them. */
  readonly emails: ReadonlySet<string>;
}

export const NO_ADDRESSES: AllowedAddresses = { hosts: new Set(), emails: new Set() };

/**
 * Takes out every link but those to the given hosts, and every e-mail address but the given ones. A document can hold
 * any link and talk a model into showing it; what a visitor may be sent to is decided here, and not by the model.
 */
export function linkFilter(allowed: AllowedAddresses): StreamFilter {
  /** What has come since the last blank, the end of it, and how much of it has been let through. */
  let pieces: string[] = [];
  let tail = '';
  let length = 0;
  let shown = 0;
  let isHeld = false;
  let before = NO_WORD;

  const closeRun = (): string => {
    const run = pieces.join('');
    if (run === '') return '';
    const plain = unmask(run);
    const rest = isForeign(run, plain, before, allowed) ? LINK_REMOVED + endingOf(run) : run.slice(shown);
    // A run that was shown whole before it proved to be a link cannot be: what makes one a link is held back.
    const out = shown === length ? '' : rest;
    before = wordBefore(plain, before);
    pieces = [];
    tail = '';
    length = 0;
    shown = 0;
    isHeld = false;
    return out;
  };
  const add = (piece: string): string => {
    pieces.push(piece);
    length += piece.length;
    tail = tail.slice(-TAIL) + piece;
    isHeld ||= MAY_BE_LINK.test(tail);
    const mayBegin = length <= tail.length && (LINK_BEGINS.test(tail) || (before.mayGoOn && length <= TAIL));
    if (isHeld || mayBegin) return '';
    const out = shown === length - piece.length ? piece : pieces.join('').slice(shown);
    shown = length;
    return out;
  };

  return {
    push(text) {
      let out = '';
      for (const [piece] of text.matchAll(/\s+|\S+/g)) {
        if (!/^\s/.test(piece)) {
          for (const part of ASCII.test(tail.slice(-1) + piece) ? [piece] : piece.split(BETWEEN_SCRIPTS)) {
            if (BETWEEN_SCRIPTS.test(tail.slice(-1) + part.slice(0, 1))) out += closeRun();
            out += add(part);
          }
        } else {
          out += closeRun() + piece;
          if (piece.includes('\n')) before = NO_WORD;
        }
      }
      return out;
    },
    end: closeRun,
  };
}

/** The same for a finished text: a snippet or a title. */
export function removeLinks(text: string, allowed: AllowedAddresses): string {
  const filter = linkFilter(allowed);
  return filter.push(text) + filter.end();
}

function isForeign(run: string, plain: string, before: WordBefore, allowed: AllowedAddresses): boolean {
  return (
    emailsIn(plain).some((address) => !allowed.emails.has(address)) ||
    before.isParted(plain) ||
    isForeignLink(run, plain, allowed)
  );
}

function isForeignLink(run: string, plain: string, allowed: AllowedAddresses): boolean {
  if (!SCHEME.test(plain) && !holdsBareAddress(withoutEmails(plain))) return holdsEncodedText(run);
  const host = hostOf(run);
  return host === undefined || !allowed.hosts.has(host);
}

/** The sentence goes on after the link. */
function endingOf(run: string): string {
  return /(?<![.,;:!?])[.,;:!?]+$/.exec(run)?.[0] ?? '';
}

/** The one plain http address that the run consists of, or none: anything cleverer is not let through. */
function hostOf(run: string): string | undefined {
  const bare = run.replace(/^[("'<*_]+/, '').replace(/(?<![)"'>*_.,;:!?])[)"'>*_.,;:!?]+$/, '');
  if (!/^(?:https?:\/\/)?[\p{L}\p{N}.-]+(?::\d+)?(?:[/?#][^\s()<>[\]\\]*)?$/iu.test(bare)) return undefined;
  if (bare.indexOf('://') !== bare.lastIndexOf('://')) return undefined;
  try {
    return new URL(bare.includes('://') ? bare : `https://${bare}`).hostname;
  } catch {
    return undefined;
  }
}
