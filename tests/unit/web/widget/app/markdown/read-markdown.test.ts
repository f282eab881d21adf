import { describe, expect, test } from 'vitest';
import { readMarkdown } from '../../../../../../web/widget/app/markdown/read-blocks.ts';
import { type Block, type Inline, textOf } from '../../../../../../web/widget/app/markdown/syntax.ts';
import { hostileAnswers } from '../../../../../support/hostile-answers.ts';

/** A reading in short: `p(one strong(two))`. */
const short = (text: string) => readMarkdown(text).map(block).join(' ');

function block(found: Block): string {
  switch (found.kind) {
    case 'paragraph':
      return `p(${inlines(found.inlines)})`;
    case 'heading':
      return `h(${inlines(found.inlines)})`;
    case 'code':
      return `code(${found.text})`;
    case 'quote':
      return `quote(${found.blocks.map(block).join(' ')})`;
    case 'list':
      return `${found.start === undefined ? 'ul' : `ol${found.start}`}(${found.items.map((item) => `li(${item.map(block).join(' ')})`).join('')})`;
    case 'table':
      return `table(${[found.header, ...found.rows].map((row) => row.map(inlines).join('|')).join('/')})`;
    case 'rule':
      return 'rule';
  }
}

const inlines = (all: readonly Inline[]): string => all.map(inline).join('');

function inline(found: Inline): string {
  switch (found.kind) {
    case 'text':
      return found.text;
    case 'code':
      return `code(${found.text})`;
    case 'break':
      return '⏎';
    case 'citation':
      return `cite(${found.n})`;
    case 'link':
      return `link(${textOf(found.children)} → ${found.href})`;
    default:
      return `${found.kind}(${inlines(found.children)})`;
  }
}

describe('blocks', () => {
  test.each([
    ['one\ntwo\n\nthree', 'p(one\ntwo) p(three)'],
    ['# Title #1\ntext', 'h(Title #1) p(text)'],
    ['Title\n===\ntext', 'h(Title) p(text)'],
    ['#no heading', 'p(#no heading)'],
    ['---\n***\n_ _ _', 'rule rule rule'],
    ['- a\n- b', 'ul(li(p(a))li(p(b)))'],
    ['* a\n\n* b', 'ul(li(p(a))li(p(b)))'],
    ['3. a\n4. b', 'ol3(li(p(a))li(p(b)))'],
    ['1) a', 'ol1(li(p(a)))'],
    ['1. a\n   - b\n   - c\n2. d', 'ol1(li(p(a) ul(li(p(b))li(p(c))))li(p(d)))'],
    ['- a\n  - b\n    - c', 'ul(li(p(a) ul(li(p(b) ul(li(p(c)))))))'],
    ['- a\n    - four spaces', 'ul(li(p(a) ul(li(p(four spaces)))))'],
    ['- a\nruns on', 'ul(li(p(a\nruns on)))'],
    ['- a\n\n  more of a\n\nafter', 'ul(li(p(a) p(more of a))) p(after)'],
    ['1. a\n\nbetween\n\n2. b', 'ol1(li(p(a))) p(between) ol2(li(p(b)))'],
    ['- a\n1. b', 'ul(li(p(a))) ol1(li(p(b)))'],
    ['In\n1990. a year', 'p(In\n1990. a year)'],
    ['Such as:\n- a', 'p(Such as:) ul(li(p(a)))'],
    ['> a\n> - b\nruns on', 'quote(p(a) ul(li(p(b\nruns on))))'],
    ['```js\nlet a = "<b>";\n```\nafter', 'code(let a = "<b>";) p(after)'],
    ['~~~\n```\n~~~', 'code(```)'],
    ['```\ncut off', 'code(cut off)'],
    ['- a\n  ```\n  b\n  ```', 'ul(li(p(a) code(b)))'],
    ['| a | b |\n|---|:-:|\n| 1 | **2** |\n\nafter', 'table(a|b/1|strong(2)) p(after)'],
    ['Here:\n| a |\n|---|\n| 1 |', 'p(Here:) table(a/1)'],
    ['a | b\n- | -\n1 \\| x | 2', 'table(a|b/1 | x|2)'],
    ['| no | table |', 'p(| no | table |)'],
    ['a\r\nb', 'p(a\nb)'],
    ['', ''],
  ])('%j', (text, reading) => {
    expect(short(text)).toBe(reading);
  });
});

describe('inlines', () => {
  test.each([
    ['**a** and *b* and ***c***', 'strong(a) and em(b) and em(strong(c))'],
    ['__a__ _b_ ~~c~~', 'strong(a) em(b) del(c)'],
    ['**a *b* c**', 'strong(a em(b) c)'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2em(3)4'],
    ['5 * 3 * 2', '5 * 3 * 2'],
    ['**重要。**次', 'strong(重要。)次'],
    ['**not closed', '**not closed'],
    ['~5 to ~6 minutes', '~5 to ~6 minutes'],
    ['`a *b* [1]` and ``c ` d``', 'code(a *b* [1]) and code(c ` d)'],
    ['`open', '`open'],
    ['\\*no\\* \\[1\\]', '*no* [1]'],
    ['one  \ntwo\\\nthree', 'one  ⏎two⏎three'],
    ['a &amp; b &lt;c&gt;', 'a & b <c>'],
    ['once [1], twice [2, 3][4]', 'once cite(1), twice cite(2)cite(3)cite(4)'],
    ['[123] [a] [1](x)', '[123] [a] 1'],
    ['[the *guide*](https://a.example/x_(y) "t").', 'link(the guide → https://a.example/x_(y)).'],
    [
      'see https://a.example/b_c_d, and (https://a.example).',
      'see link(https://a.example/b_c_d → https://a.example/b_c_d), and (link(https://a.example → https://a.example/)).',
    ],
    ['<https://a.example>', 'link(https://a.example → https://a.example/)'],
    ['xhttps://a.example', 'xhttps://a.example'],
    ['![a picture](https://a.example/x.png)', 'a picture'],
    ['a<br>b<BR />c', 'a⏎b⏎c'],
    ['<b>bold</b> <img src=x>', '<b>bold</b> <img src=x>'],
    ['[x](javascript:alert(1)) [y](//a.example) [z](/b)', 'x y z'],
    ['[bank](https://bank.example@evil.example/)', 'bank'],
  ])('%j', (text, reading) => {
    expect(short(text)).toBe(`p(${reading})`);
  });
});

test('every beginning of a text can be read, for that is what a running answer is', () => {
  const text =
    '# A\n\n1. **b** `c`\n   - [d](https://e.example)\n\n| f | g |\n|---|---|\n| [1] | h |\n\n```\ni\n```\n> j';

  for (let end = 0; end <= text.length; end += 1) expect(() => readMarkdown(text.slice(0, end))).not.toThrow();
});

test('hostile texts nest no deeper than a page can show, and lead nowhere but to web addresses', () => {
  const depthOf = (all: readonly (Block | Inline)[]): number =>
    all.reduce((deepest, each) => Math.max(deepest, 1 + depthOf(insideOf(each))), 0);
  const hrefsOf = (all: readonly (Block | Inline)[]): string[] =>
    all.flatMap((each) => [...(each.kind === 'link' ? [each.href] : []), ...hrefsOf(insideOf(each))]);

  for (const { text } of hostileAnswers('https://evil.example/beacon')) {
    const blocks = readMarkdown(text.slice(0, 20_000));

    expect(depthOf(blocks)).toBeLessThan(25);
    expect(hrefsOf(blocks).filter((href) => !/^https?:\/\/[^@]+$/.test(href))).toEqual([]);
  }
});

function insideOf(found: Block | Inline): readonly (Block | Inline)[] {
  if ('inlines' in found) return found.inlines;
  if ('children' in found) return found.children;
  if ('blocks' in found) return found.blocks;
  if ('items' in found) return found.items.flat();
  if (found.kind === 'table') return [found.header, ...found.rows].flat(2);
  return [];
}
