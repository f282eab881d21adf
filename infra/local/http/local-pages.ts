import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { pathOf } from './gateway-event.ts';
import { answerError, answerJson } from './plain-answers.ts';

const Mail = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sent_at: z.string(),
});
type Mail = z.infer<typeof Mail>;

export interface LocalPagesOptions {
  readonly mailFolder: string;
  /** The demo page's HTML; undefined when there is no demo creator. */
  readonly demoPage: () => Promise<string | undefined>;
  /** What the demo page embeds, for scripts that look for it. */
  readonly demoFacts: () => unknown;
}

/** Answers what exists on the local host only; false for every other path. */
export type LocalPages = (request: IncomingMessage, response: ServerResponse) => boolean;

export function localPages(options: LocalPagesOptions): LocalPages {
  const pages: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/_local/mail': async (response) => answerJson(response, 200, { data: await readMails(options.mailFolder) }),
    '/_local/mail.html': async (response) => answerHtml(response, mailPage(await readMails(options.mailFolder))),
    '/_local/demo': async (response) => {
      const page = await options.demoPage();
      if (page === undefined) return answerError(response, 404, 'NOT_FOUND', 'There is no demo on this host.');
      answerHtml(response, page);
    },
    '/_local/demo.json': async (response) => answerJson(response, 200, options.demoFacts() ?? null),
  };
  return (request, response) => {
    const path = pathOf(request.url);
    if (!path.startsWith('/_local/')) return false;
    const page = pages[path];
    if (!page) answerError(response, 404, 'NOT_FOUND', 'There is nothing here.');
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      answerError(response, 405, 'METHOD_NOT_ALLOWED', 'This page is only read.');
    } else page(response).catch(() => answerError(response, 500, 'INTERNAL_ERROR', 'The page could not be read.'));
    return true;
  };
}

/** Newest last. A file that is being written at this moment is left out. */
export async function readMails(folder: string): Promise<Mail[]> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  const mails = texts.flatMap((text) => Mail.safeParse(parse(text)).data ?? []);
  return mails.sort((a, b) => a.sent_at.localeCompare(b.sent_at));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answerHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(html);
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function mailPage(mails: readonly Mail[]): string {
  const items = mails
    .toReversed()
    .map(
      (mail) =>
        `<article><h2>${escapeHtml(mail.subject)}</h2><p>${escapeHtml(mail.to)} · ${escapeHtml(mail.sent_at)}</p>` +
        `<pre>${linked(escapeHtml(mail.text))}</pre></article>`,
    );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mail</title>
<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap}</style>
<h1>Mail sent by this host</h1>${items.join('\n') || '<p>None yet.</p>'}</html>`;
}

const linked = (escaped: string) => escaped.replaceAll(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);
