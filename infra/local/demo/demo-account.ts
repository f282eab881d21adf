import * as z from 'zod';
import { readMails } from '../http/local-pages.ts';
import { readJsonIfWhole, writeWhole } from '../whole-file.ts';
import { type DemoClient, expectStatus } from './demo-client.ts';

const DEMO_EMAIL = 'demo@understudy.local';
const DEMO_PASSWORD = 'understudy-demo-2026';
const DISPLAY_NAME = 'Mara Lindqvist';

const MAIL_WITHIN_MS = 10_000;
const MAIL_LOOK_EVERY_MS = 50;

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string() });
const Remembered = z.object({ refresh_token: z.string() });

export interface DemoAccountOptions {
  readonly client: DemoClient;
  readonly mailFolder: string;
  /** Keeps the session between starts, so that restarts neither pile up sessions nor meet the limit on logins. */
  readonly sessionFile: string;
}

/** Signs the demo creator in: by the session of the last run, by password, or by signing up and reading the mail. */
export async function signInDemoCreator(options: DemoAccountOptions): Promise<void> {
  const tokens = (await bySession(options)) ?? (await byPassword(options)) ?? (await bySigningUp(options));
  options.client.authorize(tokens.access_token);
  await writeWhole(options.sessionFile, JSON.stringify({ refresh_token: tokens.refresh_token }));
}

async function bySession({ client, sessionFile }: DemoAccountOptions) {
  const remembered = Remembered.safeParse(await readJsonIfWhole(sessionFile));
  if (!remembered.success) return undefined;
  const answer = await client.call('POST', '/v1/auth/refresh', remembered.data);
  return answer.status === 200 ? Tokens.parse(answer.body) : undefined;
}

async function byPassword({ client }: DemoAccountOptions) {
  const answer = await client.call('POST', '/v1/auth/login', { email: DEMO_EMAIL, password: DEMO_PASSWORD });
  if (answer.status === 401) return undefined;
  return Tokens.parse(expectStatus('the login', answer, 200));
}

async function bySigningUp({ client, mailFolder }: DemoAccountOptions) {
  const known = new Set((await readMails(mailFolder)).map((mail) => mail.id));
  const registration = { email: DEMO_EMAIL, password: DEMO_PASSWORD, display_name: DISPLAY_NAME };
  expectStatus('the registration', await client.call('POST', '/v1/auth/register', registration), 202);
  const token = await tokenFromMail(mailFolder, known);
  return Tokens.parse(
    expectStatus('the verification', await client.call('POST', '/v1/auth/verify-email', { token }), 200),
  );
}

async function tokenFromMail(mailFolder: string, known: ReadonlySet<string>): Promise<string> {
  const until = Date.now() + MAIL_WITHIN_MS;
  while (Date.now() < until) {
    const mails = await readMails(mailFolder);
    const mail = mails.findLast(({ id, to }) => !known.has(id) && to.includes(DEMO_EMAIL));
    const token = mail && /[?&#]token=([^\s&"<]+)/.exec(mail.text)?.[1];
    if (token) return decodeURIComponent(token);
    await new Promise((resolve) => setTimeout(resolve, MAIL_LOOK_EVERY_MS));
  }
  throw new Error('the mail with the verification link did not arrive');
}
