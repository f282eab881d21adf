/**
 * Where the visitor's session token is kept: for the tab only, and only once the visitor has opened the widget.
 * Blocked storage is no error; the conversation then lasts as long as the page does.
 */
export class SessionToken {
  readonly #key: string;
  #token: string | undefined;

  constructor(widgetId: string) {
    this.#key = `understudy:${widgetId}`;
    try {
      this.#token = sessionStorage.getItem(this.#key) ?? undefined;
    } catch {}
  }

  get value(): string | undefined {
    return this.#token;
  }

  set value(token: string | undefined) {
    this.#token = token;
    try {
      if (token) sessionStorage.setItem(this.#key, token);
      else sessionStorage.removeItem(this.#key);
    } catch {}
  }
}
