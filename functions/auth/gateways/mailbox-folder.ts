import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer } from './mailer.ts';

/**
 * Mail of the local host: one JSON file each, `{id, to, subject, text, html, sent_at}`, whole or not there at all.
 * The names sort by time.
 */
export function openMailboxFolder(folder: string): Mailer {
  return {
    send: async (mail) => {
      await mkdir(folder, { recursive: true });
      const id = randomUUID();
      const sentAt = new Date().toISOString();
      const name = `${sentAt.replaceAll(':', '-')}-${id}.json`;
      const draft = join(folder, `.${name}.draft`);
      const { to, subject, text, html } = mail;
      await writeFile(draft, JSON.stringify({ id, to, subject, text, html, sent_at: sentAt }), { mode: 0o600 });
      await rename(draft, join(folder, name));
    },
  };
}
