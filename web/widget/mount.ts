/** What the loader and the app agree on. Published loaders outlive apps: change it only by adding. */

/** Fired by the app's script on its own element when it has run; its detail is the function that mounts it. */
export const APP_READY = 'understudy:app';

/** `GET /v1/channel/widgets/{id}`; fields the app does not know are ignored. */
export interface PublicWidget {
  readonly id: string;
  readonly name: string;
  readonly greeting: string;
  readonly suggested_questions: readonly string[];
  readonly locale: string;
  readonly theme: Readonly<Record<string, unknown>>;
  readonly app: { readonly url: string; readonly integrity: string } | null;
}

export interface MountOptions {
  readonly root: ShadowRoot;
  readonly widget: PublicWidget;
  /** Where the REST API is, without a trailing slash. */
  readonly apiBase: string;
  readonly onClose: () => void;
}

export interface MountedApp {
  open(): void;
  close(): void;
  ask(text: string): void;
}

export type MountApp = (options: MountOptions) => MountedApp;
