import type { ServerResponse } from 'node:http';

/** A page of the stage: its HTML, or what makes it from the tag that embeds the widget. */
export type StagePage = (tag: string) => {
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const FILES = '/page-files/';

/** The creator's site: its pages, on another origin than the API's, and what they load of their own. */
export class StagePages {
  readonly #pages = new Map<string, StagePage>([['/', (tag) => ({ html: plainPage(tag) })]]);
  /** Scripts and style sheets of the page itself, below `/page-files/`. */
  readonly files = new Map<string, string>();

  set(path: string, page: StagePage): void {
    this.#pages.set(path, page);
  }

  /** Whether the site has what was asked for, and has answered. */
  serve(host: string, pathname: string, tag: string, response: ServerResponse): boolean {
    if (pathname.startsWith(FILES)) {
      const name = pathname.slice(FILES.length);
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      response.writeHead(200, { 'Content-Type': type }).end(this.files.get(name) ?? '');
      return true;
    }
    const page = host.startsWith('localhost') ? this.#pages.get(pathname) : undefined;
    if (!page) return false;
    const { html, headers } = page(tag);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(html);
    return true;
  }
}

export const plainPage = (tag: string, head = '', body = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A creator's page</title>${head}</head><body><main><h1>A creator's page</h1>
<p>Bread classes for patient people, in a bakery kitchen and online.</p>${body}</main>${tag}</body></html>`;
