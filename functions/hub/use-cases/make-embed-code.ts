import type { WebManifest } from '../../../shared/config/web-manifest.ts';
import { DEFAULT_THEME, type WidgetTheme } from '../../../shared/models/widget.ts';

export interface EmbedCode {
  /** One tag, to be pasted into a page as it is. */
  readonly html: string;
  readonly script_url: string;
  readonly integrity: string;
}

/**
 * The tag that puts a widget on a page. The script's address names its content and the browser compares the hash, so
 * nobody can change what runs on the page but by changing the tag. What the launcher needs before anything is loaded
 * (side, colour and language) stands in the tag; all else comes from the widget's configuration.
 */
export function makeEmbedCode(
  widget: { readonly id: string; readonly theme: WidgetTheme; readonly locale: string },
  { loader }: WebManifest,
  publicApiUrl: string,
): EmbedCode {
  const script_url = `${publicApiUrl}${loader.path}`;
  const apiPath = new URL(publicApiUrl).pathname.replace(/\/$/, '');
  const { primary_color: color, position } = widget.theme;
  const extras = [
    apiPath === '' ? '' : html` data-api-path="${apiPath}"`,
    color === DEFAULT_THEME.primary_color ? '' : html` data-color="${color}"`,
    position === DEFAULT_THEME.position ? '' : html` data-position="${position}"`,
    widget.locale === 'en' ? '' : html` data-locale="${widget.locale}"`,
  ].join('');
  const start = html`<script src="${script_url}" integrity="${loader.integrity}" crossorigin="anonymous" data-widget="${widget.id}"`;
  return { html: `${start}${extras} async></script>`, script_url, integrity: loader.integrity };
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values cannot leave their attribute. */
function html(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(
    { raw: parts },
    ...values.map((value) => value.replaceAll(/[&<>"']/g, (sign) => ESCAPED[sign] ?? '')),
  );
}
