/** What the page's own scripts may do with a widget: `window.Understudy['<widget id>'].ask('…')`. */
export interface Controls {
  open(): Promise<void>;
  close(): Promise<void>;
  ask(text: string): Promise<void>;
}

type Page = Window & { Understudy?: Record<string, Controls> };

/** Fired on the document when a widget's button is there, with `{widget}`, for scripts that run earlier. */
const WIDGET_READY = 'understudy:ready';

export function publishControls(widgetId: string, controls: Controls): void {
  const page = window as Page;
  page.Understudy = { ...page.Understudy, [widgetId]: controls };
  document.dispatchEvent(new CustomEvent(WIDGET_READY, { detail: { widget: widgetId } }));
}

/** Two open panels would lie on one another. */
export async function closeOthers(widgetId: string): Promise<void> {
  const others = Object.entries((window as Page).Understudy ?? {}).filter(([id]) => id !== widgetId);
  await Promise.all(others.map(([, controls]) => controls.close()));
}
