import { readableOn } from '../colour.ts';

/** The panel's style. Colours are configuration; the text on them is chosen for contrast. */
export function panelStyles(colour: string, onTheLeft: boolean): string {
  const side = onTheLeft ? 'left' : 'right';
  return `
.panel{--accent:${colour};--on-accent:${readableOn(colour)};--ground:#fff;--text:#1b1d22;--soft:#f2f3f7;--line:#c9cdd8;--muted:#565d6d;
position:fixed;bottom:88px;${side}:20px;width:min(400px,calc(100vw - 40px));height:min(640px,calc(100dvh - 108px));
display:flex;flex-direction:column;box-sizing:border-box;background:var(--ground);color:var(--text);border:1px solid var(--line);
border-radius:16px;box-shadow:0 12px 40px rgb(0 0 0/.25);overflow:hidden;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;z-index:2147483000}
.panel *{box-sizing:border-box}
header{display:flex;align-items:center;gap:4px;padding:10px 14px;background:var(--accent);color:var(--on-accent)}
h2{flex:1;margin:0;font-size:17px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button{font:inherit;cursor:pointer}
header button{border:0;background:none;color:inherit;min-width:32px;min-height:32px;border-radius:8px}
button:focus-visible,a:focus-visible,summary:focus-visible,textarea:focus-visible,.log:focus-visible{outline:2px solid var(--text);outline-offset:2px}
header button:focus-visible{outline-color:var(--on-accent)}
.log{flex:1;overflow-y:auto;padding:14px;display:flex;flex-direction:column;gap:12px;overscroll-behavior:contain}
.message{max-width:88%;padding:10px 14px;border-radius:14px;overflow-wrap:anywhere}
.message p{margin:0 0 8px}.message>:last-child,.message p:last-child{margin-bottom:0}
.visitor{align-self:flex-end;background:var(--accent);color:var(--on-accent)}
.visitor .aside{color:inherit}
.assistant{align-self:flex-start;background:var(--soft)}
.icon{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round;vertical-align:middle}
.heading{font-weight:600}
.aside,.disclosure,.sources-title{color:var(--muted);font-size:14px}
.trouble{color:#a3160c}
.sources-title{margin-top:8px!important;font-weight:600}
.sources{list-style:none;margin:0;padding:0;display:grid;gap:4px;font-size:14px}
.sources summary{cursor:pointer;min-height:24px}
.sources blockquote,.message blockquote{margin:6px 0;padding-inline-start:10px;border-inline-start:3px solid var(--line)}
.number,.mark{display:inline-block;min-width:24px;padding:0 6px;margin-inline-end:6px;border-radius:8px;text-align:center;
background:var(--accent);color:var(--on-accent);border:0;font-size:13px;line-height:24px}
.mark{margin-inline:2px}
.assistant a{color:inherit}
pre{overflow:auto;padding:10px;border-radius:8px;border:1px solid var(--line);margin:0 0 8px}
.table{overflow:auto}table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:4px 8px;text-align:start}
.actions{display:flex;gap:6px;margin-top:8px}
.actions button,.suggestions button{border:1px solid var(--line);background:var(--ground);color:inherit;border-radius:10px;padding:3px 9px;min-height:28px;font-size:14px}
.actions button[aria-pressed=true]{border-color:var(--text);border-width:2px}
.suggestions{list-style:none;margin:0;padding:0;display:grid;gap:8px;justify-items:start}
.suggestions button{padding:8px 12px;text-align:start}
.status{margin:0;padding:6px 14px;font-size:14px;color:var(--muted)}
.composer{display:flex;flex-wrap:wrap;gap:8px;padding:10px 14px 4px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--muted);border-radius:10px;padding:8px 10px;resize:none;
field-sizing:content;max-height:140px}
.composer button{border:0;border-radius:10px;min-width:44px;min-height:44px;background:var(--accent);color:var(--on-accent)}
.composer button:disabled{background:var(--soft);color:var(--muted);cursor:default}
.composer .trouble{flex-basis:100%;margin:0;font-size:14px}
.disclosure{margin:0;padding:0 14px 10px;font-size:12px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[dir=rtl] .composer button[type=submit]{transform:scaleX(-1)}
@media (prefers-color-scheme:dark){.panel{--ground:#17191f;--text:#eceef3;--soft:#262a33;--line:#4a5060;--muted:#a9b0c0}.trouble{color:#ff9d94}}
@media (max-width:480px){.panel{inset:0;width:auto;height:auto;border-radius:0;border:0}}
@media (prefers-reduced-motion:no-preference){.waiting{animation:pulse 1.4s infinite}@keyframes pulse{50%{opacity:.45}}}`;
}
