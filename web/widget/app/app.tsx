import { render } from 'preact';
import { DEFAULT_COLOUR, safeColour } from '../colour.ts';
import type { MountApp, MountOptions } from '../mount.ts';
import { ChannelApi } from './channel-api.ts';
import { Panel } from './panel.tsx';
import { Session, type SessionView } from './session.ts';
import { panelStyles } from './styles.ts';
import { textsFor } from './texts/texts.ts';

const mount: MountApp = ({ root, widget, apiBase, onClose }: MountOptions) => {
  const sheet = new CSSStyleSheet();
  const { theme } = widget;
  const colour = safeColour(typeof theme.primary_color === 'string' ? theme.primary_color : undefined, DEFAULT_COLOUR);
  sheet.replaceSync(panelStyles(colour, theme.position === 'left'));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const place = document.createElement('div');
  root.append(place);
  const language = textsFor(widget.locale);
  let view: SessionView | undefined;
  let shown = false;
  const session = new Session(new ChannelApi(apiBase, widget.id), (next) => {
    view = next;
    draw();
  });
  const close = () => {
    shown = false;
    draw();
    onClose();
  };
  const draw = () => {
    if (!view) return;
    const panel = <Panel widget={widget} view={view} session={session} onClose={close} {...language} />;
    render(shown ? panel : null, place);
  };
  const open = () => {
    shown = true;
    session.start();
    draw();
  };
  return {
    open,
    close,
    ask: (text) => {
      open();
      session.ask(text);
    },
  };
};

document.dispatchEvent(new CustomEvent('understudy:app', { detail: mount }));
