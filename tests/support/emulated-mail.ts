import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';

/** LocalStack's list of what was sent, and MiniStack's, which is kept by account. */
const LocalStackMails = z.object({
  messages: z.array(
    z.object({
      Destination: z.object({ ToAddresses: z.array(z.string()) }),
      Subject: z.string().nullish(),
      Body: z.object({ text_part: z.string().nullish(), html_part: z.string().nullish() }).nullish(),
      Timestamp: z.string().nullish(),
    }),
  ),
});
const MiniStackMails = z.object({
  messages: z.record(
    z.string(),
    z.array(z.object({ To: z.array(z.string()), Subject: z.string(), BodyText: z.string(), Timestamp: z.unknown() })),
  ),
});

export interface MailView {
  /** Answers like the local host's `/_local/mail`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Shows the mails that an emulator's SES was handed, in the form in which the local host shows its own. */
export async function startMailView(endpoint: string): Promise<MailView> {
  const server = createServer((_, response) => {
    readMails(endpoint).then(
      (data) => response.end(JSON.stringify({ data })),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readMails(endpoint: string): Promise<{ to: string; subject: string; text: string }[]> {
  const ofMiniStack = await fetch(`${endpoint}/_ministack/ses/messages`);
  if (ofMiniStack.ok && ofMiniStack.headers.get('content-type')?.includes('json')) {
    const { messages } = MiniStackMails.parse(await ofMiniStack.json());
    return Object.values(messages)
      .flat()
      .map(({ To, Subject, BodyText }) => ({ to: To[0] ?? '', subject: Subject, text: BodyText }));
  }
  const ofLocalStack = await fetch(`${endpoint}/_aws/ses`);
  if (!ofLocalStack.ok) throw new Error(`${endpoint} shows no mails (${ofLocalStack.status})`);
  return LocalStackMails.parse(await ofLocalStack.json()).messages.map(({ Destination, Subject, Body }) => ({
    to: Destination.ToAddresses[0] ?? '',
    subject: Subject ?? '',
    text: Body?.text_part ?? '',
  }));
}
