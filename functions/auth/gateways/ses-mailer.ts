import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { APIError } from '../../../shared/errors/api-error.ts';
import type { Mailer } from './mailer.ts';

const TIMEOUT_MS = 5_000;

/** Amazon SES; its client is loaded with the first mail, because most requests send none. */
export function openSesMailer({ from }: { from: string }): Mailer {
  let client: SESv2Client | undefined;
  return {
    send: async ({ to, subject, text, html }) => {
      const ses = await import('@aws-sdk/client-sesv2');
      client ??= new ses.SESv2Client({ maxAttempts: 2 });
      const content = (data: string) => ({ Data: data, Charset: 'UTF-8' });
      const command = new ses.SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: content(subject), Body: { Text: content(text), Html: content(html) } } },
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      } catch (error) {
        throw new APIError('UPSTREAM_FAILED', 'The mail could not be sent.', { cause: error });
      }
    },
  };
}
