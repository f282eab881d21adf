import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { readTag } from './stack-outputs.ts';

/**
 * Posts to a service of AWS and returns the body of its answer.
 *
 * @throws AwsRefusal for an answer that is no success
 */
export type AskAws = (service: string, body: string, headers: Record<string, string>) => Promise<string>;

/**
 * Requests signed (Signature Version 4) with the credentials and the signer of the client of SES.
 *
 * @param endpoint of an emulator, which answers for all services; else each service is asked at its own address
 */
export function openSignedRequests(
  client: SESv2Client,
  region: string,
  doFetch: typeof fetch,
  endpoint: string | undefined,
): AskAws {
  return async (service, body, headers) => {
    const host = `${service}.${region}.amazonaws.com`;
    const target = { signingName: service, signingRegion: region };
    const signer = await client.config.signer({ name: 'sigv4', properties: {}, ...target });
    const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, body };
    const signed = await signer.sign(
      { ...request, headers: { host, ...headers } },
      { signingService: service, signingRegion: region },
    );
    const { host: _, ...sent } = signed.headers;
    const response = await doFetch(`${endpoint ?? `https://${host}`}/`, {
      method: 'POST',
      headers: sent,
      body,
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) throw new AwsRefusal(response.status, text);
    return text;
  };
}

/** What AWS said instead of answering. */
export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal';
  /** The whole answer; the message is cut. */
  readonly body: string;

  constructor(status: number, body: string) {
    super(`AWS answered ${status}: ${(readTag(body, 'Message') ?? body).replaceAll(/\s+/g, ' ').slice(0, 200)}`);
    this.body = body;
  }
}
