import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { isPublicAddress } from './public-address.ts';

/** What lies between a name and a connection. Only tests hand in another than `PUBLIC_INTERNET`. */
export interface Network {
  /** Every address of a name. @throws when there is none */
  readonly resolve: (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
  readonly isAllowed: (address: string) => boolean;
  /** Where a URL without a port of its own leads. */
  readonly ports: { readonly http: number; readonly https: number };
}

/** Names by the system's resolver, public addresses only, the usual ports. */
export const PUBLIC_INTERNET: Network = {
  resolve: (hostname) => lookup(hostname, { all: true }),
  isAllowed: isPublicAddress,
  ports: { http: 80, https: 443 },
};

export interface GetOptions {
  readonly accept: string;
  readonly maxBytes: number;
  /** Of what is longer the beginning counts, and the rest is not waited for; else it is refused. */
  readonly cutsOff?: boolean;
  readonly signal: AbortSignal;
}

/** What a site answered, whatever its status. */
export interface Got {
  readonly status: number;
  /** Lower case, without parameters; empty when there is none. */
  readonly mediaType: string;
  readonly charset: string | undefined;
  readonly location: string | undefined;
  /** Unpacked. Empty unless the status is 200. */
  readonly body: Buffer;
}

/** By which robots.txt knows us. */
export const AGENT = 'understudybot';

const ADVICE = {
  url: 'Only public web addresses can be read: http or https, on their usual port, by name and without a password. Give such an address, or upload the text of the page as a document.',
  address:
    'This address does not lead to a public web site, so it was not opened. Give the public address of the page, or upload its text as a document.',
  name: 'There is no web site at this address. Check its spelling.',
  packing: 'This page comes in a form that cannot be unpacked. Upload its text as a document instead.',
  size: 'This page is larger than can be read. Upload its text as a document instead.',
} as const;

/** FETCH_REFUSED with what the creator can do about it. */
export function refuse(advice: string): DocumentProcessingError {
  return new DocumentProcessingError('FETCH_REFUSED', advice);
}

/**
 * One GET to the public internet, redirects not followed. Every address that a name resolves to is checked in the very
 * look-up that the connection uses, so that a name cannot mean one address when it is checked and another when it is
 * opened. Names only: an address written out, in whatever notation, has been made plain by the URL parser.
 *
 * @throws DocumentProcessingError FETCH_REFUSED for what will not be opened; otherwise whatever the network throws
 */
export async function guardedGet(network: Network, url: URL, options: GetOptions): Promise<Got> {
  checkUrl(url);
  const isSecure = url.protocol === 'https:';
  const send = isSecure ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = send({
    host: url.hostname,
    port: isSecure ? network.ports.https : network.ports.http,
    path: `${url.pathname}${url.search}`,
    headers: { Accept: options.accept, 'Accept-Encoding': 'identity', 'User-Agent': `${AGENT}/1.0` },
    // A connection of its own: none that was checked for another name is used again.
    agent: false,
    lookup: checkedLookup(network),
    signal: options.signal,
  });
  request.once('error', reject);
  request.once('response', resolve);
  // A site may leave the protocol or the line without a word, which is no error to the client.
  request.once('upgrade', (_, socket) => socket.destroy());
  request.once('close', () => reject(new Error('the connection was closed without an answer')));
  request.end();
  try {
    const response = await promise;
    const [mediaType = '', ...parameters] = (response.headers['content-type'] ?? '').toLowerCase().split(';');
    const charset = parameters.map((each) => /^\s*charset\s*=\s*"?([\w.:-]+)/.exec(each)?.[1]).find(Boolean);
    const status = response.statusCode ?? 0;
    const body = status === 200 ? await readBody(response, options) : Buffer.alloc(0);
    return { status, mediaType: mediaType.trim(), charset, location: response.headers.location, body };
  } finally {
    request.destroy();
  }
}

/** @throws DocumentProcessingError FETCH_REFUSED for what is no plain address of a web page */
export function checkUrl(url: URL): void {
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The parser leaves out a port that is the usual one of its scheme.
  if (!isWeb || url.port !== '' || url.username !== '' || url.password !== '') throw refuse(ADVICE.url);
  if (host === '' || isIP(host) !== 0) throw refuse(ADVICE.address);
  if (!canBeName(host)) throw refuse(ADVICE.name);
}

/** A resolver answers for any other as though it were out of order itself (RFC 1035, section 2.3.4). */
function canBeName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return host.length <= 254 && labels.every((label) => label.length > 0 && label.length <= 63);
}

function checkedLookup(network: Network): LookupFunction {
  return (hostname, options, callback) => {
    network.resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return callback(refuse(ADVICE.name), []);
        if (!addresses.every(({ address }) => network.isAllowed(address))) return callback(refuse(ADVICE.address), []);
        if (options.all) return callback(null, [...addresses]);
        callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => {
        callback(error.code === 'ENOTFOUND' ? refuse(ADVICE.name) : error, []);
      },
    );
  };
}

async function readBody(response: IncomingMessage, { maxBytes, cutsOff, signal }: GetOptions): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of unpacked(response) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += part.length;
    parts.push(part);
    if (size <= maxBytes) continue;
    if (!cutsOff) throw refuse(ADVICE.size);
    return Buffer.concat(parts).subarray(0, maxBytes);
  }
  // What was cut off on its way, by the site or by the deadline, ends like what is whole.
  signal.throwIfAborted();
  if (!response.complete) throw new Error('the page broke off');
  return Buffer.concat(parts);
}

/** Some servers pack whatever is asked of them; what comes out is counted, so that a small page cannot grow for ever. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  if (!/^(?:br|gzip|x-gzip|deflate)$/.test(encoding)) throw refuse(ADVICE.packing);
  const unpack = encoding === 'br' ? createBrotliDecompress() : createUnzip();
  response.once('error', (error) => unpack.destroy(error));
  return response.pipe(unpack);
}
