import { render } from 'preact';
import { APP_READY, type MountApp } from '../mount.ts';
import { textsFor } from '../texts/panel-texts.ts';
import { Panel } from './panel.tsx';
import { Session, type SessionView } from './session.ts';
import { panelStyles } from './styles.ts';

/** How often an open panel is looked for on its page. */
const LOOK_EVERY_MS = 10_000;

const mount: MountApp = ({ root, widget, apiBase, onClose }) => {
  const sheet = new CSSStyleSheet();
  // The tag on the page says on which side the button stands.
  const { understudySide } = (root.host as HTMLElement).dataset;
  sheet.replaceSync(panelStyles({ ...widget.theme, ...(understudySide && { position: understudySide }) }));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const place = document.createElement('div');
  root.append(place);
  // Shortcuts of the page are not meant for what is typed here.
  for (const type of ['keydown', 'keyup', 'keypress']) place.addEventListener(type, (event) => event.stopPropagation());

  const language = textsFor(widget.locale);
  let view: SessionView | undefined;
  let shown = false;
  const draw = () => {
    if (!view) return;
    const props = { widget, view, session, shown, onClose: close, ...language };
    render(<Panel {...props} />, place);
  };
  const session = new Session(apiBase, widget.id, (next) => {
    view = next;
    draw();
  });
  const attend = () => session.attend(shown && !document.hidden);
  document.addEventListener('visibilitychange', attend);
  let watch: ReturnType<typeof setInterval> | undefined;
  const open = () => {
    shown = true;
    // A page that changes without being loaded may take the panel away with what it stood on.
    watch ??= setInterval(() => root.host.isConnected || close(), LOOK_EVERY_MS);
    attend();
    draw();
  };
  const close = () => {
    shown = false;
    clearInterval(watch);
    watch = undefined;
    if (root.host.isConnected) attend();
    else session.end();
    draw();
    onClose();
  };
  return {
    open,
    close,
    ask: (text) => {
      open();
      session.ask(text ?? '');
    },
  };
};

document.currentScript?.dispatchEvent(new CustomEvent(APP_READY, { detail: mount }));
