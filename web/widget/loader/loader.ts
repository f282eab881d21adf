import { DEFAULT_COLOUR, safeColour } from '../colour.ts';
import type { MountApp, MountedApp, PublicWidget } from '../mount.ts';
import { launcherStyles } from './launcher-styles.ts';

/** Fired by the app's script when it has loaded; its detail is the function that mounts it. */
const APP_READY = 'understudy:app';

/**
 * The only thing a page loads: a button. Nothing else is fetched and nothing is stored before the visitor presses
 * it. The app's address and integrity come from the widget's public configuration, so a flaw in the app can be
 * mended without touching the pages that embed it.
 */
function startWidget(script: HTMLScriptElement): void {
  const widgetId = script.dataset.widget;
  if (!widgetId || script.dataset.started) return;
  script.dataset.started = 'true';
  const apiBase = new URL(script.src).origin + (script.dataset.apiPath ?? '');

  const host = document.createElement('div');
  host.dataset.understudy = widgetId;
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    launcherStyles(safeColour(script.dataset.color, DEFAULT_COLOUR), script.dataset.position === 'left'),
  );
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launcher';
  button.ariaExpanded = 'false';
  button.ariaLabel = script.dataset.label ?? 'Ask a question';
  button.append(bubbleIcon());
  const note = document.createElement('p');
  note.className = 'note';
  note.role = 'status';
  root.append(button, note);
  document.body.append(host);

  let app: Promise<MountedApp> | undefined;
  const load = () => {
    app ??= loadApp(apiBase, widgetId, root, button).catch((error: unknown) => {
      app = undefined; // The next press tries again.
      throw error;
    });
    return app;
  };
  const open = async (): Promise<MountedApp | undefined> => {
    button.ariaBusy = 'true';
    note.textContent = '';
    try {
      const mounted = await load();
      mounted.open();
      button.ariaExpanded = 'true';
      return mounted;
    } catch {
      note.textContent = script.dataset.unavailable ?? 'The assistant cannot be reached right now.';
      return undefined;
    } finally {
      button.ariaBusy = 'false';
    }
  };
  button.addEventListener('click', async () => {
    if (button.ariaExpanded === 'true') (await load()).close();
    else await open();
  });
  publishControls(widgetId, {
    open: async () => void (await open()),
    close: async () => void (await app)?.close(),
    ask: async (text) => void (await open())?.ask(text),
  });
}

async function loadApp(
  apiBase: string,
  widgetId: string,
  root: ShadowRoot,
  launcher: HTMLButtonElement,
): Promise<MountedApp> {
  const answer = await fetch(`${apiBase}/v1/channel/widgets/${encodeURIComponent(widgetId)}`);
  if (!answer.ok) throw new Error(`the widget's configuration answered ${answer.status}`);
  const widget = (await answer.json()) as PublicWidget;
  const mount = await loadScript(widget.app.url, widget.app.integrity);
  return mount({
    root,
    widget,
    apiBase,
    onClose: () => {
      launcher.ariaExpanded = 'false';
      launcher.focus();
    },
  });
}

function loadScript(url: string, integrity: string): Promise<MountApp> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.integrity = integrity;
    script.crossOrigin = 'anonymous';
    const ready = (event: Event) => resolve((event as CustomEvent<MountApp>).detail);
    document.addEventListener(APP_READY, ready, { once: true });
    script.onerror = () => {
      document.removeEventListener(APP_READY, ready);
      reject(new Error('the app could not be loaded, or is not what was published'));
    };
    document.head.append(script);
    script.onload = () => script.remove();
  });
}

interface Controls {
  open(): Promise<void>;
  close(): Promise<void>;
  ask(text: string): Promise<void>;
}

/** The page's own scripts may drive the widget: `window.Understudy['<widget id>'].ask('…')`. */
function publishControls(widgetId: string, controls: Controls): void {
  const page = window as Window & { Understudy?: Record<string, Controls> };
  page.Understudy = { ...page.Understudy, [widgetId]: controls };
}

function bubbleIcon(): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z');
  svg.append(path);
  return svg;
}

const own = document.currentScript as HTMLScriptElement | null;
// A tag manager may run the script without `currentScript`: then every tag that names a widget is started.
for (const tag of own?.dataset.widget ? [own] : document.querySelectorAll<HTMLScriptElement>('script[data-widget]')) {
  if (document.body) startWidget(tag);
  else document.addEventListener('DOMContentLoaded', () => startWidget(tag), { once: true });
}
