import { APIError } from '../../../shared/errors/api-error.ts';
import type { Mailer } from './mailer.ts';
import { type AwsCredentials, signAwsRequest } from './sign-aws-request.ts';

export interface SesMailerOptions {
  readonly from: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** The address of the API where it is not Amazon's own. */
  readonly endpointUrl?: string;
  readonly fetch: typeof fetch;
}

/** Amazon SES v2 (`SendEmail`). A mail is never sent twice: what may have gone out is not tried again. */
export function openSesMailer({ from, region, credentials, endpointUrl, fetch }: SesMailerOptions): Mailer {
  const url = new URL('/v2/email/outbound-emails', endpointUrl || `https://email.${region}.amazonaws.com`);
  const content = (data: string) => ({ Data: data, Charset: 'UTF-8' });
  return {
    send: async ({ to, subject, text, html }) => {
      const body = JSON.stringify({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: content(subject), Body: { Text: content(text), Html: content(html) } } },
      });
      const headers = signAwsRequest(
        { method: 'POST', url, headers: { 'Content-Type': 'application/json' }, body },
        { credentials, region, service: 'ses', at: new Date() },
      );
      const response = await fetch(url, { method: 'POST', headers, body });
      const told = await response.text();
      if (response.ok) return;
      // The answer may name the address, so only the kind of the refusal is kept.
      const kind = response.headers.get('x-amzn-errortype') ?? '';
      throw new APIError('UPSTREAM_FAILED', 'The mail could not be sent.', {
        cause: new Error(`SES answered ${response.status} ${kind} (${told.length} bytes)`),
      });
    },
  };
}
