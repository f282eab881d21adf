import type { MountedApp } from '../mount.ts';
import { closeOne, closeOthers, publishControls } from './controls.ts';
import { putLauncher } from './launcher.ts';
import { loadApp } from './load-app.ts';

/**
 * The only thing a page loads: a button. Nothing else is fetched and nothing is stored before the visitor presses it
 * or the page asks for it.
 */
function startWidget(script: HTMLScriptElement): void {
  const widgetId = script.dataset.widget;
  if (!widgetId || script.dataset.started || standsAlready(widgetId)) return;
  script.dataset.started = 'true';
  const apiBase = new URL(script.src).origin + (script.dataset.apiPath ?? '');
  const launcher = putLauncher(widgetId, script);
  const isOpen = () => launcher.button.ariaExpanded === 'true';
  const onClose = () => {
    launcher.setOpen(false);
    launcher.button.focus();
  };

  let app: Promise<MountedApp> | undefined;
  const load = () => {
    app ??= loadApp({ apiBase, widgetId, root: launcher.root, nonce: script.nonce, onClose }).catch(
      (error: unknown) => {
        app = undefined; // The next press tries again.
        throw error;
      },
    );
    return app;
  };
  const open = async (): Promise<MountedApp | undefined> => {
    launcher.setBusy(true);
    launcher.tellDown(false);
    try {
      const mounted = await load();
      await closeOthers(widgetId);
      launcher.setOpen(true);
      mounted.open();
      return mounted;
    } catch {
      launcher.tellDown(true);
      return undefined;
    } finally {
      launcher.setBusy(false);
    }
  };
  const close = async () => {
    if (isOpen()) (await app)?.close();
  };
  launcher.button.addEventListener('click', () => void (isOpen() ? close() : open()));
  publishControls(widgetId, {
    open: async () => void (await open()),
    close,
    ask: async (text) => void (await open())?.ask(text),
  });
}

/**
 * Pages that change without being loaded put the same tag there again. Its button may still stand; or it went with what it
 * stood on, and its conversation is let go; or only a copy came back, without what makes it a button.
 */
function standsAlready(widgetId: string): boolean {
  const standing = document.querySelector(`[data-understudy="${CSS.escape(widgetId)}"]`);
  if (standing?.shadowRoot) return true;
  standing?.remove();
  void closeOne(widgetId);
  return false;
}

/** A tag manager may run the script without `currentScript`: then every tag of ours that names a widget is started. */
function ownTags(): Iterable<HTMLScriptElement> {
  const own = document.currentScript;
  if (own instanceof HTMLScriptElement && own.dataset.widget) return [own];
  return document.querySelectorAll<HTMLScriptElement>('script[data-widget][src*="/widget/v1/loader-"]');
}

for (const tag of ownTags()) {
  if (document.body) startWidget(tag);
  else document.addEventListener('DOMContentLoaded', () => startWidget(tag), { once: true });
}
