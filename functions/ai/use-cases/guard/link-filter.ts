import type { StreamFilter } from './stream-filter.ts';
import { holdsEncodedText, unmask } from './unmask.ts';

/** Stands where a link was. */
export const LINK_REMOVED = '[link removed]';

/** A run of characters that could still become a link waits for its end; ordinary words do not match. */
const MAY_BECOME_LINK =
  /^[^\p{L}\p{N}]*(?:h(?:t(?:t(?:p\S*)?)?)?|w(?:w(?:w\S*)?)?)$|[:./@\\&%：／＆]|\]\(|[\p{ASCII}\p{Script=Cyrillic}\uFF21-\uFF5A][。｡．․‧∙⸳]|[[({<]/iu;
/** What only codes look like, and a few names: letters that grow in the middle of a word, digits among letters. */
const MAY_BE_ENCODED = /[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]|[A-Za-z0-9+/_-]{20,}/;
/** Nothing behind the colon, it is a label: `Tel: 030 …`. */
const SCHEME =
  /(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}[^\s/]|\b(?:javascript|vbscript):|\b(?:data|mailto|file|tel|sms|facetime|skype|whatsapp|tg|intent|blob|view-source|ftp|wss?):(?![\p{P}\p{S}]*$)|\b(?:https?|hxxps?):|\bwww\.|\]\(/iu;
/** A bare name counts where browsers and chat programs would make it a link. */
const BARE =
  /(?:^|[^\p{L}\p{N}@.-])(?:[\p{L}\p{N}-]+\.)+(?:com|net|org|info|biz|dev|app|xyz|site|online|shop|club|top|link|click|live|cloud|store|tech|page|example|test|invalid|onion|local|internal|zip|mov|lol|icu|vip|fun|pro|one|world|today|life|agency|name|mobi|asia|space|work|blog|news|media|link|chat|social|finance|bank|money|support|help|email|mail|host|website|рф|бг|ею|ελ|xn--[a-z0-9-]+)(?=[^\p{L}\p{N}]|$)/iu;
/** Country names in small letters only: "done.It" is a forgotten space. */
const BARE_COUNTRY = /(?:^|[^\p{L}\p{N}@.-])(?:[\p{L}\p{N}-]+\.)+[a-z]{2}(?=[^\p{L}\p{N}]|$)/u;
/** In small letters throughout no sentence ends there either, whatever the last name is: new ones come every month. */
const BARE_SMALL = /(?:^|[^\p{L}\p{N}@.-])(?:[\p{Ll}\p{N}-]*\p{Ll}[\p{Ll}\p{N}-]*\.)+\p{Ll}{3,24}(?=[^\p{L}\p{N}-]|$)/u;
/** With a path behind it no sentence is meant, whatever its ending and case. */
const BARE_WITH_PATH = /(?:^|[^\p{L}\p{N}@.-])(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?::\d+)?\//u;
const ADDRESS = /(?:^|[^\p{L}\p{N}.-])(?:\d{1,3}\.){3}\d{1,3}[:/]/u;
const BARE_FORMS = [BARE, BARE_COUNTRY, BARE_WITH_PATH, ADDRESS];
/** Endings of files that are no names of sites, whatever stands before them. */
const FILE_NAME =
  /^[^\p{L}\p{N}]*[\p{L}\p{N}._-]+\.(?:pdf|docx?|txt|csv|xlsx?|odt|html?|jpe?g|png|gif|svg|mp[34]|json|xml|ya?ml|css|php|sql|rtf|pptx?|avi|wav|epub|[jt]sx|cpp|hpp|vue|toml|ini|log|env|webp|ico|bak|jar|exe|tar|tgz|rar|tiff?|ics|vcf|webm|ogg|flac|conf|cfg)[^\p{L}\p{N}]*$/iu;
const EMAIL = /[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/giu;
/** Abbreviations and file names that look like one. */
const NO_LINK =
  /^[^\p{L}\p{N}]*(?:[ei]\.[ge]\.?|[a-z]\.(?:[a-z]\.)+[a-z]?|[ap]\.m\.?|p\.ej\.?|[\p{L}\p{N}_-]+\.(?:js|ts|md|py|cs|(?:tar\.)?gz))[^\p{L}\p{N}]*$/iu;

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
  /** Everything since the last blank, and how much of it has been let through. */
  let run = '';
  let shown = 0;

  const closeRun = (): string => {
    const rest = isForeign(run, allowed) ? LINK_REMOVED + endingOf(run) : run.slice(shown);
    // A run that was shown whole before it proved to be a link cannot be: what makes one a link is held back.
    const out = shown === run.length ? '' : rest;
    run = '';
    shown = 0;
    return out;
  };

  return {
    push(text) {
      let out = '';
      for (const [piece] of text.matchAll(/\s+|\S+/g)) {
        if (/^\s/.test(piece)) {
          out += closeRun() + piece;
          continue;
        }
        run += piece;
        if (MAY_BECOME_LINK.test(run) || MAY_BE_ENCODED.test(run)) continue;
        out += run.slice(shown);
        shown = run.length;
      }
      return out;
    },
    end: closeRun,
  };
}

/** The same for a finished text: a snippet or a title. */
export function removeLinks(text: string, allowed: AllowedAddresses): string {
  return text.replaceAll(/\S+/g, (run) => (isForeign(run, allowed) ? LINK_REMOVED + endingOf(run) : run));
}

/** The e-mail addresses of a text, in small letters. */
export function emailsIn(text: string): string[] {
  return (text.match(EMAIL) ?? []).map((address) => address.toLowerCase());
}

function isForeign(run: string, allowed: AllowedAddresses): boolean {
  const plain = unmask(run);
  return emailsIn(plain).some((address) => !allowed.emails.has(address)) || isForeignLink(run, plain, allowed.hosts);
}

function isForeignLink(run: string, plain: string, allowedHosts: ReadonlySet<string>): boolean {
  const isBare =
    (BARE_FORMS.some((form) => form.test(plain)) && !NO_LINK.test(plain)) ||
    (BARE_SMALL.test(plain) && !FILE_NAME.test(plain) && !NO_LINK.test(plain));
  if (!isBare && !SCHEME.test(plain)) return holdsEncodedText(run);
  const host = hostOf(run);
  return host === undefined || !allowedHosts.has(host);
}

/** The sentence goes on after the link. */
function endingOf(run: string): string {
  return /[.,;:!?]+$/.exec(run)?.[0] ?? '';
}

/** The one plain http address that the run consists of, or none: anything cleverer is not let through. */
function hostOf(run: string): string | undefined {
  const bare = run.replace(/^[("'<*_]+/, '').replace(/[)"'>*_.,;:!?]+$/, '');
  if (!/^(?:https?:\/\/)?[\p{L}\p{N}.-]+(?::\d+)?(?:[/?#][^\s()<>[\]\\]*)?$/iu.test(bare)) return undefined;
  if (bare.indexOf('://') !== bare.lastIndexOf('://')) return undefined;
  try {
    return new URL(bare.includes('://') ? bare : `https://${bare}`).hostname;
  } catch {
    return undefined;
  }
}
