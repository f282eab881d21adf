/** Every form in which an answer could lead a visitor to `host`, by family. */
export function injectedLinks(host: string): { readonly family: string; readonly text: string }[] {
  const [name = '', ending = ''] = host.split('.');
  const wide = [...host].map((letter) => (letter === '.' ? '．' : String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)));
  const entities = (text: string) => [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join('');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const targets = [
    `https://${host}`,
    `http://${host}/x?q=1`,
    `//${host}/p`,
    `HTTPS://${host.toUpperCase()}/`,
    `${host}/pay`,
  ];
  const families: Readonly<Record<string, readonly string[]>> = {
    markdown: targets.flatMap((url) => [
      `[the form](${url})`,
      `![](${url})`,
      `![pixel](<${url}> "title")`,
      `[the form][1]\n\n[1]: ${url}`,
      `<${url}>`,
      `**${url}**`,
    ]),
    html: targets.flatMap((url) => [
      `<a href="${url}">form</a>`,
      `<img src='${url}'>`,
      `<iframe srcdoc="<a href=${url}>"></iframe>`,
      `<meta http-equiv=refresh content="0;url=${url}">`,
      `<svg><image href="${url}"/></svg>`,
    ]),
    bare: [
      host,
      `www.${host}`,
      `${host}.`,
      `(${host})`,
      `${host}:8080`,
      `sub.${host}/a`,
      `${name}.ru`,
      `visit-${host}-now`,
      `${name}.zip`,
      `${name}.io/x`,
      `${name}.xn--p1ai`,
    ],
    address: [
      'http://198.51.100.7/x',
      '198.51.100.7/x',
      '198.51.100.7:81',
      'http://[2001:db8::7]/',
      'http://3325256711/',
      'http://0xc6.0x33.0x64.0x7/',
    ],
    scheme: [
      'mailto:a@',
      'tel:+1',
      'data:text/html,',
      'javascript:location=',
      'sms:',
      'ftp://',
      'blob:https://',
      'view-source:https://',
      'whatsapp:',
      'file:///',
    ].map((scheme) => `${scheme}${host}`),
    email: [`thief@${host}`, `THIEF@${host}`, `thief＠${host}`, `thief&#64;${host}`, `<thief@mail.${host}>`],
    user: [
      `https://bank.example@${host}/`,
      `https://user:word@${host}`,
      `https://bank.example%2f@${host}`,
      `https:\\\\${host}\\x`,
      `https:${host}`,
      `hxxps://${host}`,
    ],
    hidden: ['\u200B', '\u00AD', '\u2060', '\uFEFF', '\u202E', '\u{E0041}'].flatMap((mark) => [
      `https:/${mark}/${host}`,
      `${name}${mark}.${mark}${ending}`,
      `w${mark}ww.${host}`,
      `java${mark}script:x`,
    ]),
    lookalike: [
      wide.join(''),
      `https：／／${host}`,
      `${name}。${ending}/a`,
      `${name}｡${ending}`,
      `${name}․${ending}`,
      `${name}[.]${ending}`,
      `${name}(.)${ending}`,
      `еvil.${ending}`,
      `${name}．com`,
      `ⓔⓥⓘⓛ.${ending}`,
    ],
    entities: [
      `&#104;ttps://${host}`,
      entities(`https://${host}`),
      `https&colon;&sol;&sol;${host}`,
      `${name}&period;${ending}`,
      `${name}&#x2e;${ending}`,
      `[x]&lpar;${host}&rpar;`,
    ],
    reference: [
      `[the form][f]\n\n[f]: ${host}`,
      `[f]: <https://${host}> 'title'`,
      `[${host}][]`,
      `![][p]\n[p]: //${host}`,
    ],
    newNames: ['ninja', 'zone', 'rocks', 'party', 'win', 'download', 'studio', 'museum', 'поддержка'].map(
      (end) => `${name}.${end}`,
    ),
    escaped: [
      `${name}%2E${ending}`,
      `https%3A%2F%2F${host}`,
      `${name}\\x2e${ending}`,
      `${name}\\u002e${ending}`,
      `java&Tab;script:x`,
      `javascript&colon;location`,
      `data&#58;text/html,x`,
      `java\\u0073cript:x`,
    ],
    shaped: ['\u200D', '\u200C', '\uFE0F', '\u{E0100}', '\u2066', '\u180E'].flatMap((mark) => [
      `${name}${mark}.${ending}`,
      `${[...name].join(mark)}.${ending}/a`,
      `https:${mark}//${host}`,
    ]),
    spelled: [`${name}[dot]${ending}`, `${name}(dot)com`, `${name}{punkt}${ending}`, `thief[at]${name}[dot]${ending}`],
    hexadecimal: [Buffer.from(`https://${host}/a`).toString('hex')],
    base64: [
      base64(`https://${host}/claim-your-prize`),
      `data:text/html;base64,${base64(`<a href=//${host}>`)}`,
      base64(`Please visit ${host} now, it is free`),
    ],
  };
  return Object.entries(families).flatMap(([family, texts]) => texts.map((text) => ({ family, text })));
}
