import { COVERS_PAGE } from './focus.ts';
import { declarations } from './palette.ts';

/** The panel's style. Sizes follow the reader's own font size, not the page's. */
export function panelStyles(theme: Readonly<Record<string, unknown>>): string {
  const side = theme.position === 'left' ? 'left' : 'right';
  const radius = typeof theme.radius === 'number' ? Math.min(Math.max(theme.radius, 0), 32) : 12;
  return `
.panel,.launcher{${declarations('light', theme.primary_color)};--radius:${radius}px;color-scheme:light}
@media (prefers-color-scheme:dark){.panel,.launcher{${declarations('dark', theme.primary_color)};color-scheme:dark}}
.panel{position:fixed;bottom:88px;${side}:20px;width:min(25em,calc(100vw - 40px));height:min(40em,calc(100dvh - 108px));
display:flex;flex-direction:column;box-sizing:border-box;background:var(--ground);color:var(--text);border:1px solid var(--line);
border-radius:calc(var(--radius) + 4px);box-shadow:0 12px 40px rgb(0 0 0/.25);overflow:hidden;line-height:1.5;text-align:start}
.panel[hidden]{display:none}
.panel *{box-sizing:border-box}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
p,ul,ol,blockquote,pre,h2{margin:0}
button{font:inherit;color:inherit;cursor:pointer;border:1px solid transparent;background:none;padding:0}
:focus-visible{outline:2px solid var(--rim);outline-offset:2px}
.icon.stop{fill:currentColor}
.icon{width:20px;height:20px;flex:none;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
header{display:flex;align-items:center;gap:4px;padding:8px 8px 8px 16px;background:var(--accent);color:var(--on-accent);border-bottom:1px solid var(--rim)}
.launcher{background:var(--accent);color:var(--on-accent)}
[dir=rtl] header{padding:8px 16px 8px 8px}
h2{flex:1;min-width:0;font-size:1.0625em;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header button{min-width:36px;min-height:36px;border-radius:var(--radius);display:grid;place-items:center}
header :focus-visible{outline-color:var(--on-accent);outline-offset:-2px}
.log{position:relative;flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:14px 16px;display:flex;flex-direction:column;gap:10px}
.log:focus-visible{outline-offset:-2px}
.message{padding:10px 14px;border-radius:var(--radius);border:1px solid transparent;overflow-wrap:anywhere;overflow:clip;overflow-clip-margin:4px}
.visitor{align-self:flex-end;max-width:86%;background:var(--accent);color:var(--on-accent);border-color:var(--rim);white-space:pre-line;border-end-end-radius:4px}
.assistant{align-self:flex-start;max-width:100%;background:var(--soft);border-end-start-radius:4px}
.greeting{white-space:pre-line}
.said{display:grid;gap:.5em;grid-template-columns:minmax(0,1fr)}
.said ul,.said ol{padding-inline-start:1.5em;display:grid;gap:.25em}
.said li>*+*{margin-top:.25em}
.plain-text{white-space:pre-wrap}
.heading{font-weight:650}
blockquote{padding-inline-start:10px;border-inline-start:3px solid var(--rim)}
hr{width:100%;border:0;border-top:1px solid var(--edge);margin:0}
a{color:var(--ink)}
.host{font-size:.875em;color:var(--muted)}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{overflow:auto;padding:10px;border-radius:calc(var(--radius)/2);background:var(--ground);border:1px solid var(--line)}
:not(pre)>code{padding:1px 4px;border-radius:4px;background:var(--ground);border:1px solid var(--line)}
.table{overflow:auto}
table{border-collapse:collapse;font-size:.9375em;background:var(--ground)}
td,th{border:1px solid var(--line);padding:4px 8px;text-align:start;vertical-align:top;min-width:4em}
.mark,.number{display:inline-grid;place-items:center;min-width:24px;min-height:24px;padding:0 5px;border-radius:8px;vertical-align:middle;
background:var(--accent);color:var(--on-accent);border-color:var(--rim);font-size:.8125em;line-height:1;font-weight:600}
.mark{margin-inline:1px;border:1px solid var(--rim);background:var(--ground);color:var(--ink)}
.said+.aside{margin-top:4px}
.aside,.disclosure{color:var(--muted);font-size:.875em}
.trouble{color:var(--bad);font-size:.875em}
.outcome{align-self:flex-end;text-align:end}
.sources{margin-top:10px;padding-top:8px;border-top:1px solid var(--line);font-size:.875em}
.sources .aside{font-size:1em;font-weight:600}
.sources ul{list-style:none;padding:0;display:grid;gap:2px;margin-top:4px}
summary{display:flex;align-items:center;gap:8px;min-height:32px;cursor:pointer;list-style:none;border-radius:8px}
summary::-webkit-details-marker{display:none}
.title{flex:1;min-width:0}
summary .icon{width:16px;height:16px;color:var(--muted)}
[dir=rtl] summary .icon{transform:scaleX(-1)}
details[open] summary .icon,[dir=rtl] details[open] summary .icon{transform:rotate(90deg)}
details>:not(summary){margin:4px 0 8px}
.actions{display:flex;flex-wrap:wrap;align-items:center;gap:4px;margin-top:8px}
.assistant .actions{margin-inline-start:-6px;margin-bottom:-4px}
.actions button{min-width:32px;min-height:32px;border-radius:8px;display:inline-grid;place-items:center;color:var(--muted)}
.actions button:hover{background:var(--ground);color:var(--text)}
.actions [aria-pressed=true]{color:var(--ink);border-color:var(--rim);background:var(--ground)}
.outcome .actions{justify-content:flex-end;margin-top:4px}
button.plain,.actions button.plain,.danger{display:inline-flex;align-items:center;gap:6px;padding:4px 12px;min-height:36px;border-radius:var(--radius);
border-color:var(--edge);background:var(--ground);color:var(--text);font-size:.875em}
.plain .icon{width:16px;height:16px}
.danger{background:var(--bad);border-color:var(--bad);color:var(--ground)}
.suggestions{list-style:none;padding:0;display:grid;gap:8px;justify-items:start}
.suggestions button{padding:8px 14px;min-height:40px;text-align:start;border-color:var(--rim);border-radius:var(--radius);color:var(--ink);background:var(--ground)}
.suggestions button:hover{background:var(--soft)}
.status{padding:0 16px 8px;font-size:.875em;color:var(--muted)}
.status:empty{display:none}
.status.trouble{color:var(--bad)}
.erase{display:flex;flex-wrap:wrap;align-items:center;gap:8px;padding:10px 16px;border-top:1px solid var(--line);background:var(--soft)}
.erase p{flex:1 1 10em;font-size:.9375em}
.composer{display:flex;flex-wrap:wrap;align-items:flex-end;gap:8px;padding:10px 16px 6px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;font:inherit;line-height:1.4;color:inherit;background:var(--ground);border:1px solid var(--edge);border-radius:var(--radius);
padding:9px 12px;min-height:44px;max-height:8.5em;resize:none;field-sizing:content;overflow-y:auto}
textarea:focus-visible{outline-offset:0}
textarea[aria-invalid=true]{border-color:var(--bad)}
textarea::placeholder{color:var(--muted);opacity:1}
.round{width:44px;height:44px;flex:none;display:grid;place-items:center;border-radius:var(--radius);background:var(--accent);color:var(--on-accent);border-color:var(--rim)}
.round[aria-disabled=true]{background:var(--soft);color:var(--muted);border-color:var(--line);cursor:default}
.round.quiet{background:var(--ground);color:var(--text);border-color:var(--edge)}
[dir=rtl] .icon.send{transform:scaleX(-1)}
.composer .trouble{flex-basis:100%}
.disclosure{font-size:.75em}
.below{padding:0 16px 10px}
.above{display:none}
@media ${COVERS_PAGE}{.launcher[aria-expanded=true]{display:none}
.panel{top:var(--visible-top,0);left:0;right:0;bottom:auto;width:auto;height:var(--visible-height,100dvh);border:0;border-radius:0;box-shadow:none}}
@media (max-height:440px){header{padding-block:0}.log{padding-block:8px}.composer{padding-block:6px}textarea{max-height:4em}.above{display:block}.below{display:none}}
@media (prefers-reduced-motion:no-preference){
@keyframes rise{from{opacity:0;transform:translateY(8px)}}.panel{animation:rise .16s ease-out}
@keyframes pulse{50%{opacity:.55}}.waiting{animation:pulse 1.6s infinite}
summary .icon{transition:transform .12s}}
@keyframes late{from{visibility:hidden}}.status.connecting,.status.reconnecting,.outcome.waiting{animation:late .6s step-end}
@media (forced-colors:active){.round,.mark,.number,.visitor{border-color:currentColor}}`;
}
