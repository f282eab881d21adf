import * as http from 'node:http';
import * as https from 'node:https';
import aws4 from 'aws4';

/** What the requests of one client have in common. */
export interface SignedRequestsOptions {
  /** Where they go, with the path that each begins with. */
  readonly url: string;
  /** The service's name in the signature, such as `execute-api`. */
  readonly service: string;
  /** How long each may take, to the end of the answer. */
  readonly timeoutMs: number;
}

/** Sends one request; its answer's body is thrown away. @returns the status @throws Error when none came in time */
export type SendSigned = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: string) => Promise<number>;

/**
 * Requests to an AWS API, signed (SigV4) with the function's own credentials, over connections that are kept. For the
 * few calls that are made for every token: AWS's own client takes four times as much of the processor for each.
 */
export function openSignedRequests({ url, service, timeoutMs }: SignedRequestsOptions): SendSigned {
  const base = new URL(url);
  const { Agent, request } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const prefix = base.pathname.replace(/\/$/, '');
  const region = process.env.AWS_REGION;

  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'Content-Type': 'application/octet-stream' };
      const unsigned = { method, host: base.host, path: prefix + path, service, region, headers, body };
      const signed = aws4.sign(unsigned).headers as http.OutgoingHttpHeaders;
      const { hostname, port } = base;
      const sent = request({ method, hostname, port, path: unsigned.path, headers: signed, agent }, (answer) => {
        answer.resume();
        answer.once('end', () => settle(() => resolve(answer.statusCode ?? 0)));
        answer.once('error', (error) => settle(() => reject(error)));
      });
      const limit = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const settle = (end: () => void) => {
        clearTimeout(limit);
        end();
      };
      sent.once('error', (error) => settle(() => reject(error)));
      sent.end(body);
    });
}
