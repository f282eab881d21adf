import { describe, expect, test } from 'vitest';
import { LINK_REMOVED, linkFilter, removeLinks } from '../../../../../../functions/ai/use-cases/guard/link-filter.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

const OWN = { hosts: new Set(['studio.example']), emails: new Set(['hello@mara-sourdough.example']) };
const SIZES = [1, 2, 3, 7, 1_000];

describe.each(SIZES)('in pieces of %i characters', (size) => {
  const shown = (text: string) => pushThrough(linkFilter(OWN), text, size);

  test.each([
    'http://evil.example/x',
    'HTTPS://EVIL.EXAMPLE',
    'www.evil.example',
    'evil.example',
    '[click](http://evil.example)',
    '<a href="//evil.example/x">',
    '![](https://evil.example/pixel.png)',
    'https://studio.example@evil.example/',
    'https://studio.example.evil.example/',
    'http://evil.example/https://studio.example',
    'javascript:alert(1)',
    'http:\\\\evil.example',
    'EVIL.LY/x',
    'evil.museum/pay',
    'Evil.It:8080/',
    'thief@evil.example',
    'THIEF@EVIL.EXAMPLE',
    'thief＠evil．example',
    'thief&commat;evil.example',
    'hello@mara-sourdough.example.evil.com',
    'hello@mara-sourdough.example,thief@evil.example',
    '(thief@mail.evil.example)',
    'evil.com.pdf',
    'evil.de.docx',
    'evil.studio.pdf/x',
    'evil.рф',
    '**tel:+1900evil.**',
    'javascript:',
    ...[
      '...evil.zone',
      'x..evil.example',
      '@evil.zone',
      '--evil.zone--',
      'evil.zone_',
      '3.14.evil.zone',
      'np.evil.run',
    ],
    ...[
      'Evil.ninja',
      'Evil.Ninja',
      'EVIL.ZONE',
      'EVIL.LY',
      'evil.foundation',
      'evil.rs',
      'evil.md/x',
      'evil.newname/pay',
    ],
    ...['evil.xn--p1ai', 'evil.网店', 'evil.новое', 'évil.evil.zone', 'evil。zone', 'evilé。evil.com', 'e.g.evil.zone'],
    ...['evil.zone:8080', 'evil.newname:80/', 'user:word@evil.zone', 'hxxp://evil.zone', 'hxxps[:]//evil[.]zone'],
    ...['evil%2Ezone', 'evil%252Ezone', 'evil%E3%80%82zone', 'evil&amp;#46;zone', 'evil&ZeroWidthSpace;.zone'],
    ...['evil&#8203;.zone', 'evil<wbr>.zone', 'evil.<b>zone</b>', 'evil<!---->.zone', 'evil"."zone', '`evil.zone`'],
    ...[
      'evil.~~zone~~',
      'evil._zone_',
      'evil.__zone__',
      'foo(evil.zone)',
      '"evil.zone"',
      'say:evil.zone',
      'a/evil.zone',
    ],
    ...['evil.com.tar.gz', 'evil.de.md', 'dist/evil.zip', 'self.evil.name', 'evil.name', 'evil.run()', 'user.evil.id'],
  ])('a foreign link never reaches the visitor: %s', (link) => {
    const out = shown(`Look at ${link} now.`);

    expect(out).toContain(LINK_REMOVED);
    expect(out.toLowerCase()).not.toMatch(/evil\.|javascript:/);
    expect(out).toContain('Look at ');
    expect(out).toContain(' now.');
  });

  test.each(['evil\\.example', '**evil**.example', 'evil.`example`', 'thief**@**evil.example'])(
    'what markdown shows as a foreign link is one: %s',
    (link) => {
      expect(shown(`Look at ${link} now.`)).toMatch(/\[link removed\] now\.$/);
    },
  );

  test.each([
    ...[
      'evil . com',
      'evil .com',
      'evil. com',
      'EVIL . COM',
      'evil [.] zone',
      'evil (dot) zone',
      'evil .zone',
      'evil\n. io',
    ],
    ...[
      'http : // evil . com / x',
      'thief @ evil . com',
      'evil 。 com',
      'evil . zone:80/x',
      '**evil** . **com**',
      'evil &#46; com',
    ],
  ])('an address with blanks in it loses its ending: %s', (address) => {
    const out = shown(`Look at ${address} now.`).normalize('NFKC');

    expect(out).toContain('[link removed]');
    expect(out).not.toMatch(/\b(?:com|zone|io)\b/i);
    expect(out).toMatch(/^Look at .* now\.$/s);
  });

  test.each(['https://studio.example/dates', 'studio.example', '(https://studio.example/a?b=c)'])(
    'a link to a page of the creator stays: %s',
    (link) => {
      expect(shown(`See ${link}.`)).toBe(`See ${link}.`);
    },
  );

  test.each([
    'We open at 9.30 a.m. and close at 5 p.m., e.g. on Sundays.',
    'Write to hello@mara-sourdough.example with two photographs, or to Hello@Mara-Sourdough.example.',
    'Name the @handle, 3 @ 2 euros, or a@b.',
    'It costs 1.250,00 euros [1]. Mix 1:1 and/or rest; see node.js [2].',
    'It is done.It took 3.5/10 of the time, 9.30/10.15 at most.',
    'However, who would www… Häagen h2o. C’est-à-dire : voilà !',
    'Tel: 030 123456, **Tel.:** 0800, **SMS:** 12, (WhatsApp:) yes. Data: 12 maggio; file: none.',
    'Rename my.report.pdf to config.yaml, or style.css and data.tar.gz; see slides.pptx, app.log.',
    'np.array, req.body, os.path and df.loc are names; so are this.state.name, user.email, cls.__name__ and self._id.',
    '`const { id } = req.body.user;` and `np.array([1, 2]).mean()`, `arr.map(x => x.id)`, Date.now(), plt.show(), os.name.',
    'See index.d.ts, package.json, main.rs, install.sh, foo.test.ts, vite.config.ts, src/main.py, lib/x/app.tsx:12:3.',
    'java.io.File, System.out.println, std::vector, http.server, asyncio.run(main()), df.info(), console.info, torch.cat.',
    'It is ASP.NET or socket.io, e.g.here or i.e.this, wait...so it is, Dr.med. Weiß, z.B.so.',
    'A .zip file, the .com ending, any .NET core, a . full stop . alone, aprox. com nome. Done. It ends . It begins.',
    'Call np.array/df.std or obj.data, result.data.items, map.get(key), event.target.value, Math.PI, a.in, C:\\Users\\me.',
  ])('words that are no links stay as they are: %s', (text) => {
    expect(shown(text)).toBe(text);
  });
});

test('a finished text is cleaned as well', () => {
  expect(removeLinks('Go to http://evil.example/now!', OWN)).toBe(`Go to ${LINK_REMOVED}!`);
});

test('ordinary words go through at once', () => {
  expect(linkFilter(OWN).push('The studio opens')).toBe('The studio opens');
});

test('a link is found however the answer is cut into pieces', () => {
  const text = 'See https://evil.example/a, evil . zone, www.evil.zone and thief@evil.zone [1].';
  const whole = pushThrough(linkFilter(OWN), text, text.length);

  for (const one of [...text].keys()) {
    for (const two of [...text].keys()) {
      const filter = linkFilter(OWN);
      const [from, to] = [Math.min(one, two), Math.max(one, two)];
      const pieces = [text.slice(0, from), text.slice(from, to), text.slice(to)];
      const out = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
      // The first letters of an e-mail address look like any word's.
      expect(out.replaceAll(/\w*(?=\[link removed\])/g, '')).toBe(whole);
    }
  }
  expect(whole).toBe('See [link removed], evil . [link removed], [link removed] and [link removed] [1].');
});
