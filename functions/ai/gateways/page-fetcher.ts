import { writeFile } from 'node:fs/promises';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { AGENT, checkUrl, type Got, guardedGet, type Network, PUBLIC_INTERNET, refuse } from './guarded-get.ts';
import { isAllowedByRobots } from './robots.ts';

/** What lies at the path after a fetch. */
export interface FetchedPage {
  readonly contentType: 'text/html' | 'text/plain';
  readonly sizeBytes: number;
}

/** The page may come another time: the site is overloaded or does not answer. */
export class PageUnavailableError extends Error {
  override readonly name = 'PageUnavailableError';
}

export interface PageFetcher {
  /**
   * Writes the page to `path`, as UTF-8. At most 5 redirects, 10 s and 5 MB; never an address that is not public, and
   * nothing that the site's robots.txt keeps from us.
   *
   * @throws DocumentProcessingError FETCH_REFUSED for good, PageUnavailableError for now
   * @throws the signal's reason when it was aborted
   */
  fetch(url: string, path: string, signal: AbortSignal): Promise<FetchedPage>;
}

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 10_000;
const MAX_PAGE_BYTES = 5 * 1024 * 1024;
/** More than is read of it. */
const MAX_ROBOTS_BYTES = 512 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Pages of the public internet; only tests hand in another network. */
export function openPageFetcher({ network = PUBLIC_INTERNET }: { readonly network?: Network } = {}): PageFetcher {
  return {
    async fetch(address, path, signal) {
      const deadline = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const { page, contentType } = await getPage(network, parse(address), AbortSignal.any([signal, deadline]));
        const bytes = asUtf8(page);
        await writeFile(path, bytes);
        return { contentType, sizeBytes: bytes.length };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof DocumentProcessingError || error instanceof PageUnavailableError) throw error;
        throw new PageUnavailableError('the site does not answer', { cause: error });
      }
    },
  };
}

async function getPage(network: Network, start: URL, signal: AbortSignal) {
  const robots = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    await checkRobots(network, url, robots, signal);
    const accept = 'text/html, application/xhtml+xml;q=0.9, text/plain;q=0.8';
    const page = await guardedGet(network, url, { accept, maxBytes: MAX_PAGE_BYTES, signal });
    if (REDIRECTS.has(page.status) && page.location !== undefined) {
      url = parse(page.location, url);
      continue;
    }
    return { page, contentType: checkPage(page) };
  }
  throw refuse('This address redirects too often. Give the address of the page itself.');
}

function checkPage({ status, mediaType }: Got): FetchedPage['contentType'] {
  if (status === 429 || status >= 500) throw new PageUnavailableError(`the site answered ${status}`);
  if (status !== 200) throw refuse(`The site did not hand out this page (status ${status}). Check its address.`);
  if (mediaType === 'text/html' || mediaType === 'text/plain') return mediaType;
  if (mediaType === 'application/xhtml+xml') return 'text/html';
  throw refuse('This address leads to no page of text. Download the file and upload it as a document.');
}

/** A robots.txt that is missing allows everything; one that cannot be had now allows nothing (RFC 9309, 2.3.1). */
async function checkRobots(network: Network, url: URL, known: Map<string, string>, signal: AbortSignal): Promise<void> {
  let robots = known.get(url.origin);
  if (robots === undefined) {
    robots = await getRobots(network, new URL('/robots.txt', url), signal);
    known.set(url.origin, robots);
  }
  if (isAllowedByRobots(robots, AGENT, `${url.pathname}${url.search}`)) return;
  throw refuse("The site's robots.txt asks not to read this page. Upload its text as a document if it is yours.");
}

async function getRobots(network: Network, start: URL, signal: AbortSignal): Promise<string> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const options = { accept: 'text/plain', maxBytes: MAX_ROBOTS_BYTES, cutsOff: true, signal };
    const { status, location, body } = await guardedGet(network, url, options);
    if (status === 200) return body.toString('utf8');
    if (status === 429 || status >= 500) throw new PageUnavailableError(`robots.txt was answered by ${status}`);
    if (!REDIRECTS.has(status) || location === undefined) return '';
    url = parse(location, url);
  }
  return '';
}

function parse(address: string, base?: URL): URL {
  if (!URL.canParse(address, base))
    throw refuse('This is not the address of a web page. Give one that begins with https://.');
  const url = new URL(address, base);
  url.hash = '';
  checkUrl(url);
  return url;
}

/** What the site says of its encoding, else what the page says of itself; without either the reader guesses. */
function asUtf8({ body, charset }: Got): Buffer {
  const told = charset ?? /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)/i.exec(body.toString('latin1', 0, 1_024))?.[1];
  // The reader tells the forms of Unicode apart by itself.
  if (told === undefined || /^utf/i.test(told)) return body;
  try {
    return Buffer.from(new TextDecoder(told).decode(body));
  } catch {
    return body; // An encoding that nobody knows.
  }
}
