import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import aws4 from 'aws4';

/** What the requests to one API have in common. */
export interface SignedApi {
  /** Where they go, with the path that each begins with. */
  readonly url: string;
  /** The service's name in the signature, such as `execute-api`. */
  readonly service: string;
  /** How long each attempt may take, to the end of the answer. */
  readonly timeoutMs: number;
}

export interface SignedRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its parts escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SignedAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request, and once more after what may pass: a limit, a fault of the service's, a kept connection that was
 * closed meanwhile. A status is an answer, not an error. @throws Error when no answer came in time, or one without an end
 */
export type SendSigned = (request: SignedRequest) => Promise<SignedAnswer>;

/** What a request may take with its repeat. */
export const longestRequestMs = (timeoutMs: number): number => 2 * timeoutMs + LONGEST_PAUSE_MS;

/** What these APIs say is some hundred bytes; whoever stands between may add a page of its own. */
const LONGEST_ANSWER = 65_536;

/** Those who were refused together do not come back together. */
const LONGEST_PAUSE_MS = 100;

/**
 * Requests to an AWS API, signed (SigV4) with the credentials of the function that runs, over connections that are
 * kept. For the few calls that belong to every turn, or to every token: AWS's own client takes four times as much of the
 * processor for each (docs/decisions/0011).
 */
export function openSignedRequests(api: SignedApi): SendSigned {
  const attempt = openAttempts(api);
  return async (request) => {
    const first = await attempt(request).catch((error: Error) => error);
    if (!(first instanceof Error) && !mayPass(first.status)) return first;
    await pause(Math.random() * LONGEST_PAUSE_MS);
    return attempt(request);
  };
}

const mayPass = (status: number) => status === 429 || status >= 500;

function openAttempts({ url, service, timeoutMs }: SignedApi): SendSigned {
  const base = new URL(url);
  const { hostname, port, host } = base;
  const { Agent, request: open } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const prefix = base.pathname.replace(/\/$/, '');
  const region = process.env.AWS_REGION;

  return ({ method, path: ownPath, headers, body }) =>
    new Promise((resolve, reject) => {
      const path = prefix + ownPath;
      const signed = aws4.sign({ method, host, path, service, region, headers: { ...headers }, body });
      const outgoing = signed.headers as http.OutgoingHttpHeaders;
      const request = open({ method, hostname, port, path, headers: outgoing, agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
          if (text.length > LONGEST_ANSWER) answer.destroy(new Error(`more than ${LONGEST_ANSWER} characters`));
        });
        answer.once('error', fail);
        answer.once('end', () => {
          clearTimeout(limit);
          resolve({ status: answer.statusCode ?? 0, text });
        });
      });
      const limit = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const fail = (error: Error) => {
        clearTimeout(limit);
        reject(error);
      };
      request.once('error', fail);
      request.end(body);
    });
}
