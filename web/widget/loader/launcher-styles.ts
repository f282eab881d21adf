import { readableOn } from '../colour.ts';

/** The button's style, all of it inside the shadow root: the page's CSS cannot reach it, nor it the page's. */
export function launcherStyles(colour: string, onTheLeft: boolean): string {
  const side = onTheLeft ? 'left' : 'right';
  return `
:host{all:initial}
.launcher{position:fixed;bottom:20px;${side}:20px;width:56px;height:56px;border:0;border-radius:50%;cursor:pointer;
background:${colour};color:${readableOn(colour)};box-shadow:0 4px 16px rgb(0 0 0/.25);z-index:2147483000;
display:grid;place-items:center;padding:0}
.launcher svg{width:26px;height:26px;fill:currentColor}
.launcher:focus-visible{outline:3px solid ${colour};outline-offset:3px}
.launcher[aria-busy=true]{opacity:.7;cursor:progress}
.note{position:fixed;bottom:88px;${side}:20px;margin:0;max-width:260px;font:14px/1.4 system-ui,sans-serif;
background:#222;color:#fff;padding:8px 12px;border-radius:8px;z-index:2147483000}
.note:empty{display:none}
@media (prefers-reduced-motion:no-preference){.launcher{transition:transform .15s}.launcher:hover{transform:scale(1.05)}}`;
}
