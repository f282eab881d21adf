import { describe, expect, test } from 'vitest';
import { LINK_REMOVED, linkFilter, NO_ADDRESSES } from '../../../../../../functions/ai/use-cases/guard/link-filter.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

/** Marks that one reads as the full stop of a name. */
const DOTS = [...'․．。｡﹒·・･⋅∙‧•●⸱⸳ꞏ۔܁܂ꓸ᛫ᐧ٠۰', '&middot;', '&#183;', '&bull;', '&#x2024;', '%C2%B7', '%E2%80%A4'];

const FORMS: Readonly<Record<string, readonly string[]>> = {
  'between letters of China and Japan': [
    '请访问evil.com谢谢',
    '请访问evil.com，谢谢',
    '访问evil.com。',
    'サイトevil.comへどうぞ',
    'こちらevil.shopから',
    '网址：evil.cn吧',
    '방문evil.com하세요',
    '请看evil.com/pay付款',
    'ไปที่evil.comนะ',
    'サーバーevil.comへ',
    'مرحباevil.comشكرا',
    'शहरevil.comसे',
  ],
  'with another full stop': DOTS.flatMap((dot) => [`evil${dot}com`, `evil${dot}shop`, `www${dot}evil${dot}com`]),
  'by number': [
    '198.51.100.7',
    '(198.51.100.7)',
    '198.51.100.7.',
    '198.51.100.7/pay',
    '198.51.100.7:8080',
    '45.76.12.9',
    '１９８.５１.１００.７',
    '198。51。100。7',
    '198[.]51[.]100[.]7',
    '[2001:db8::7]',
    '[2001:db8::7]/pay',
    '请访问198.51.100.7谢谢',
  ],
  'with letters that look like ours': [
    'evil.соm',
    'evil.сом',
    'EVIL.СОМ',
    'evil.сo',
    'evil.iо',
    'evil.nеt',
    'evil.οrg',
    'Evil.Сom',
    'evil.ꓚꓳꓟ',
    'evil.ᴄᴏᴍ',
    'evil.ⓒⓞⓜ',
    'evil.𝐜𝐨𝐦',
    'evil.🅲🅾🅼',
    'evil.ｃｏｍ',
    'evil.cοm/pay',
    'www·evil·se',
    'evil·es/pay',
    'evil.c\u0336o\u0336m\u0336',
  ],
  encoded: ['evil%2Ecom', 'evil&#46;com', 'evil&period;com', 'evil%2ecom%2Fpay', '%65vil.com', 'evil.&#99;om'],
  'spelled out': [
    'evil dot com',
    'evil DOT com',
    'Evil Dot Com',
    'evil punkt de',
    'evil Punkt com',
    'evil point com',
    'evil point fr',
    'evil punto com',
    'evil punto it',
    'evil ponto com',
    'evil dot org/pay',
    'evil-dot-com',
    'evil_dot_com',
    'evilDOTcom',
    'evil "dot" com',
    'evil **dot** com',
    'evil, dot, com',
    'evil (dot) com',
    'evil[dot]com',
    'evil [punkt] de',
    'thief at evil dot com',
    'evil dot co dot uk',
    'w w w dot evil dot com',
    'evil d0t com',
    'evil|dot|com',
    'evil точка com',
    'evil kropka com',
    'evil点com',
    'evil 点 com',
  ],
  'made harmless for mail': [
    'evil[.]com',
    'evil(.)com',
    'evil{.}com',
    'evil<.>com',
    'hxxp://evil.com',
    'hxxps://evil[.]com',
    'evil[.com',
    'evil.]com',
    'evil\\.com',
    'meow://evil.com',
  ],
  'by a rarer scheme': [
    ...[
      'gopher:',
      'magnet:?xt=urn:btih:',
      'steam:',
      'sip:',
      'sips:',
      'ipfs:',
      'ipns:',
      'market:details?id=',
      'bitcoin:',
      'xmpp:',
    ],
    ...[
      'webcal:',
      'callto:',
      'itms-apps:',
      'ms-word:ofe|u|',
      'viber:',
      'geo:',
      'irc:',
      'sftp:',
      'ldap:',
      'web+app:',
      'zoommtg:',
    ],
  ].map((scheme) => `${scheme}evil`),
  'of a reference': [
    '[a]: evil.com',
    '[a]: <evil.com>',
    '[a]:evil.com',
    '[a]: //evil',
    '[^a]: evil.com "title"',
    '[a]: evil.com/x (title)',
  ],
};

describe.each([1, 3, 1_000])('in pieces of %i characters', (size) => {
  describe.each(Object.entries(FORMS))('%s', (_, forms) => {
    test.each(forms)('%s leads nowhere', (form) => {
      const characters = [...`Look at ${form} today.`];
      const filter = linkFilter(NO_ADDRESSES);
      let out = '';
      for (let at = 0; at < characters.length; at += size) out += filter.push(characters.slice(at, at + size).join(''));
      out += filter.end();

      expect(out).toContain(LINK_REMOVED);
      expect(out).toMatch(/^Look at .* today\.$/su);
      // What is left is no name with its ending, nor a scheme with its target.
      const rest = out.replaceAll(LINK_REMOVED, ' ');
      expect(rest).not.toMatch(
        /evil\P{L}{0,9}(?:(?:dot|punkt|point|punto|ponto)\P{L}{0,9})?(?:com|net|org|shop|de|fr|it|io|co|cn|с|ο|ꓚ|ᴄ|ⓒ|𝐜|🅲|ｃ|i|n|С)/iu,
      );
      expect(rest).not.toMatch(/:\S*evil|\d[.。]\d|::/u);
    });
  });
});

test.each([
  'We open at 9·30, and 3·5 of it is left · see below · Info · Live · Shop.',
  'La novel·la és bona, la cel·la també; col·labora amb nosaltres.',
  'Les développeur·se·s attentif·ve·s sont ravi·es, les auteur·es et les pionnier·ères aussi ; tou·te·s, chacun·ne.',
  "模块 'App.js'。'App.js' 有三个子节点。",
  'ジョン・スミス・ストアです。クリエイティブ・コモンズ。工作室周日开门。我们四点关门。',
  'The dot com boom ended. A dot is a point. The point in question, at this point it is so. Dot it here.',
  'Der Punkt ist: am Punkt in der Mitte, Punkt zwölf Uhr. Punkt de facto.',
  'Le point de vue, un point info, le point com. El punto es que sí; este punto en la lista. Il punto è.',
  'Version 1.2.3.4 of 2.0.0.1, section 3.2.1.4; it costs 1.250.000 euros on 12.05.2026 at 10.30.',
  'Market: closed. Steam: hot. News: none. Geo: Berlin. Sip: tea; line:12, key:value, about:this, 10:30, note:see.',
  'т.е. и.о. директора, и т.д. Привет.Как дела? 5 руб.',
  'Try 127.0.0.1 or 192.168.1.1 at home.',
  'Water • tea • coffee. Mon•Tue. 5°C. 7·8 = 56, N·m, kW·h.',
])('what is no address stays as it is: %s', (text) => {
  expect(pushThrough(linkFilter(NO_ADDRESSES), text, 3)).toBe(text);
});
