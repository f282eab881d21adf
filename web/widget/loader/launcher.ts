import { DEFAULT_COLOUR, safeColour } from '../colour.ts';
import { launcherTextsFor } from '../texts/launcher-texts.ts';
import { launcherStyles } from './launcher-styles.ts';

export interface Launcher {
  readonly root: ShadowRoot;
  readonly button: HTMLButtonElement;
  setBusy(busy: boolean): void;
  setOpen(open: boolean): void;
  /** Says below the button that the assistant cannot be reached, or nothing. */
  tellDown(down: boolean): void;
}

/** Puts the button on the page, in a shadow root of its own and above everything else there. */
export function putLauncher(widgetId: string, { dataset }: HTMLScriptElement): Launcher {
  const side = dataset.position === 'left' ? 'left' : 'right';
  const { texts, language, direction } = launcherTextsFor(dataset.locale ?? 'en');
  const place = document.querySelectorAll(`[data-understudy-side=${side}]`).length;
  const host = document.createElement('div');
  host.dataset.understudy = widgetId;
  host.dataset.understudySide = side;
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherStyles(safeColour(dataset.color, DEFAULT_COLOUR), side, place));
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launcher';
  button.ariaExpanded = 'false';
  button.ariaHasPopup = 'dialog';
  button.ariaLabel = dataset.label ?? texts.open;
  button.append(
    icon('ask', 'M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z'),
    icon('shut', 'M6 9l6 6 6-6'),
  );
  const note = document.createElement('p');
  note.className = 'note';
  note.role = 'status';
  for (const element of [button, note]) {
    element.lang = language;
    element.dir = direction;
  }
  root.append(button, note);
  document.body.append(host);
  raise(host);
  return {
    root,
    button,
    setBusy: (busy) => {
      button.ariaBusy = String(busy);
    },
    setOpen: (open) => {
      button.ariaExpanded = String(open);
    },
    tellDown: (down) => {
      note.textContent = down ? (dataset.unavailable ?? texts.down) : '';
    },
  };
}

/** Into the browser's top layer, where no `z-index` or `transform` of the page counts. */
function raise(host: HTMLElement): void {
  try {
    host.popover = 'manual';
    host.showPopover();
  } catch {
    host.removeAttribute('popover'); // An older browser: the highest z-index has to do.
  }
}

function icon(className: string, outline: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', outline);
  svg.append(path);
  return svg;
}
