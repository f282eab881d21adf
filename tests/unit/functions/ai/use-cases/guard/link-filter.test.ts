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
  ])('a foreign link never reaches the visitor: %s', (link) => {
    const out = shown(`Look at ${link} now.`);

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
