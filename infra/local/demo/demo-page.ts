import { readFile } from 'node:fs/promises';
import { escapeHtml } from '../http/local-pages.ts';
import type { DemoWidget } from './demo-widget.ts';

const PAGE = new URL('page.html', import.meta.url);

const OFFLINE_NOTICE =
  '<aside class="notice"><h2>Offline model</h2><p>No language model is connected: the answers are sentences chosen from ' +
  'the documents. Set <code>OLLAMA_HOST</code> to use a real one.</p></aside>';

/** The page of a creator's own site with the widget on it. */
export async function renderDemoPage(widget: DemoWidget, modelIsOffline: boolean): Promise<string> {
  const template = await readFile(PAGE, 'utf8');
  const values: Readonly<Record<string, string>> = {
    notice: modelIsOffline ? OFFLINE_NOTICE : '',
    embed: widget.embed.html,
    embed_as_text: escapeHtml(widget.embed.html),
  };
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
