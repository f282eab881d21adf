/** What the page's own scripts may do with a widget: `window.Understudy['<widget id>'].ask('…')`. */
export interface Controls {
  open(): Promise<void>;
  close(): Promise<void>;
  ask(text: string): Promise<void>;
}

type Page = Window & { Understudy?: Record<string, Controls> };

/** An element with this as its id goes by the same name; and what else stands there need not be ours. */
function published(): Record<string, Partial<Controls> | undefined> {
  const found: unknown = (window as Page).Understudy;
  return typeof found === 'object' && found !== null && !(found instanceof Node) ? { ...found } : {};
}

/** Fired on the document when a widget's button is there, with `{widget}`, for scripts that run earlier. */
const WIDGET_READY = 'understudy:ready';

export function publishControls(widgetId: string, controls: Controls): void {
  (window as Page).Understudy = { ...published(), [widgetId]: controls } as Record<string, Controls>;
  document.dispatchEvent(new CustomEvent(WIDGET_READY, { detail: { widget: widgetId } }));
}

/** Two open panels would lie on one another. */
export async function closeOthers(widgetId: string): Promise<void> {
  const others = Object.keys(published()).filter((id) => id !== widgetId);
  await Promise.all(others.map(closeOne));
}

/** Whoever goes by this name: the page, or a copy of the page, may have had a widget before. */
export async function closeOne(widgetId: string): Promise<void> {
  try {
    await published()[widgetId]?.close?.();
  } catch {
    // Not ours, then.
  }
}
