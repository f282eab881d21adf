import { readableOn } from '../colour.ts';

/**
 * The button's style, inside the shadow root: the page's CSS cannot reach it, nor it the page's. What the page says of
 * the element that carries the shadow root is undone with `!important`, which inside beats outside.
 */
export function launcherStyles(colour: string, side: 'left' | 'right', place: number): string {
  const ink = readableOn(colour);
  return `
:host{all:initial!important;display:block!important;position:fixed!important;inset:auto!important;width:0!important;height:0!important;
overflow:visible!important;z-index:2147483647!important;direction:ltr!important;font:medium/1.4 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif!important}
.launcher{position:fixed;bottom:20px;${side}:${20 + place * 68}px;width:56px;height:56px;border:1px solid transparent;border-radius:50%;cursor:pointer;
background:${colour};color:${ink};box-shadow:0 4px 16px rgb(0 0 0/.25);display:grid;place-items:center;padding:0}
svg{width:26px;height:26px;fill:currentColor;grid-area:1/1}
.launcher .shut{fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;visibility:hidden}
.launcher[aria-expanded=true] .ask{visibility:hidden}.launcher[aria-expanded=true] .shut{visibility:visible}
.launcher:focus-visible{outline:3px solid #fff;outline-offset:1px;box-shadow:0 0 0 7px #000}
.launcher[aria-busy=true]{opacity:.7;cursor:progress}
.note{position:fixed;bottom:88px;${side}:20px;margin:0;max-width:min(260px,calc(100vw - 40px));box-sizing:border-box;font-size:.875em;
background:#222;color:#fff;padding:8px 12px;border-radius:8px}
.note:empty{display:none}
@media print{:host{display:none!important}}
@media (prefers-reduced-motion:no-preference){.launcher{transition:transform .15s}.launcher:hover{transform:scale(1.05)}}`;
}
