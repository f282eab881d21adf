import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Output } from '../../../../../layers/extractor/output.ts';
import { readHtml } from '../../../../../layers/extractor/readers/html.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

/** The words of a page in one line. */
async function read(html: string | Buffer): Promise<string> {
  const texts: string[] = [];
  const output: Output = {
    meta: async () => {},
    text: async (text) => void texts.push(text),
    hasText: () => texts.length > 0,
    end: async () => {},
  };
  await readHtml(await files.write(html), output);
  return texts.join(' ').replace(/\s+/g, ' ').trim();
}

describe('what a page shows is read', () => {
  test.each<[string, string, string]>([
    ['an attribute speaks of hidden things', '<section aria-label="Our hidden gems">Lisbon.</section>', 'Lisbon.'],
    ['a class is called hidden', '<div class="prose hidden md:block">Words.</div>', 'Words.'],
    ['a title tells of styles', '<p title="use display:none">Words.</p>', 'Words.'],
    ['a name ends in hidden', '<p data-hidden="x" data-aria-hidden="true">Words.</p>', 'Words.'],
    ['aria-hidden says no', '<p aria-hidden="false">Words.</p>', 'Words.'],
    ['a value without quotes', '<p alt=hidden data-x=it/>Words.</p>', 'Words.'],
    ['a picture is called as the style', '<p style="background: url(display-none.png)">Words.</p>', 'Words.'],
    ['a later declaration shows it', '<p style="display:none; display : block">Words.</p>', 'Words.'],
    ['what is found when it is looked for', '<div hidden="until-found">An answer.</div>', 'An answer.'],
    ['the page hides itself until its script ran', '<body style="visibility:hidden"><p>Words.</p></body>', 'Words.'],
    ['a comment is empty', 'Before <!-->between<!-- x --> and <!--->after', 'Before between and after'],
    ['a sign of comparison', 'if a < b and c <d "e" then', 'if a < b and c <d "e" then'],
  ])('though %s', async (_, html, words) => {
    expect(await read(html)).toBe(words);
  });
});

describe('what a page hides is not read', () => {
  test.each<[string, string, string?]>([
    ['hidden', '<p hidden>secret</p>'],
    ['HIDDEN', '<P HIDDEN>secret</P>'],
    ['hidden with a value', '<p class="x" hidden="hidden">secret</p>'],
    ['aria-hidden', '<span aria-hidden=true>secret</span>'],
    ['display', '<p style="color: red; DISPLAY : NONE !important">secret</p>'],
    ['visibility', "<p style='visibility:hidden'>secret</p>"],
    ['a style written with entities', '<p style="display&#58;none">secret</p>'],
    ['what stands within', '<div hidden><p>secret</p> secret <div>secret</div> secret</div>'],
    ['a stray end tag', '<div hidden>secret</span></p></section>secret</div>'],
    ['a table within', '<p hidden><span><table><tr><td>x</p></table></p>', 'x'],
    ['navigation, drawings, choices', '<nav>secret</nav><svg><text>secret</text></svg><select><option>secret</select>'],
    ['scripts and styles', '<style>secret</style><script>"</p>secret"</script>'],
  ])('by %s', async (_, html, shown = '') => {
    expect(await read(`Before ${html} after`)).toBe(['Before', shown, 'after'].filter(Boolean).join(' '));
  });
});

describe('a hidden element without an end tag ends as browsers end it', () => {
  test.each<[string, string, string]>([
    ['a paragraph at the next', '<p>Before<p hidden>secret<p>after', 'Before after'],
    ['a paragraph at a heading', '<p hidden>secret<h2>after</h2>', 'after'],
    ['a paragraph at the end of what is around', '<div><p hidden>secret</div>after', 'after'],
    ['an item at the next', '<p>Before</p><ul><li hidden>secret<li>one<li>two</ul><p>after', 'Before one two after'],
    ['an item at the end of the list', '<ul><li>one<li hidden>secret</ul>after', 'one after'],
    ['not at an item of its own list', '<ul><li hidden>secret<ul><li>secret</li></ul>secret<li>one</ul>', 'one'],
    ['a row at the next', '<table><tr hidden><td>secret<td>secret<tr><td>one</table>after', 'one after'],
    ['rows at the next rows', '<table><tbody hidden><tr><td>secret<tbody><tr><td>one</table>', 'one'],
    ['a cell at the next', '<table><tr><td hidden>secret<th>one<td>two</table>', 'one two'],
    ['a cell at the end of the table', '<table><tr><td>one<td hidden>secret</table>after', 'one after'],
    ['not at a cell within', '<table><tr><td hidden><table><tr><td>secret</table>secret<td>one</table>', 'one'],
    ['a term at its meaning', '<dl><dt hidden>secret<dd>one<dt>two<dd hidden>secret</dl>after', 'one two after'],
    ['a choice at the next', '<datalist><option hidden>secret<option>one</datalist> after', 'one after'],
    ['navigation at the end of what is around', '<header><nav>links</header>after', 'after'],
    ['a heading at another one', '<h2 hidden>secret</h3>after', 'after'],
    ['an inline element around a paragraph', '<div><b hidden>secret<p>secret</b>one</p></div>after', 'one after'],
  ])('%s', async (_, html, words) => {
    expect(await read(html)).toBe(words);
  });

  test('hundreds of thousands of tags that never end are read through', async () => {
    const nested = '<div><b><i><td>'.repeat(50_000);

    expect(await read(`Before ${nested}${'</p></u></ul>'.repeat(50_000)} after`)).toBe('Before after');
  });
});

describe('what lies over or beside the content is not read', () => {
  test.each<[string, string]>([
    ['a navigation by its role', '<div role="navigation">links</div><p>Words.</p>'],
    ['a dialog', '<dialog open>We value your privacy</dialog><p>Words.</p>'],
    ['a dialog by its role', '<div role="alertdialog">We value your privacy</div><p>Words.</p>'],
    ['a question about cookies', '<div id="onetrust-consent-sdk">Accept?</div><p>Words.</p>'],
    ['another one', '<div class="site cookie-banner">Accept?</div><p>Words.</p>'],
  ])('%s', async (_, html) => {
    expect(await read(html)).toBe('Words.');
  });

  test('but for a recipe of cookies', async () => {
    expect(await read('<article class="cookie-bar recipe" id="cookies">Words.</article>')).toBe('Words.');
  });
});

describe('characters by their names', () => {
  test.each<[string, string]>([
    ['&Omega; &le; &hearts;', 'Ω ≤ ♥'],
    ['&odblac; &aogon; &lstrok; &uring; &gbreve; &Idot;', 'ő ą ł ů ğ İ'],
    ['3 &#150; 4 &#x80;', '3 – 4 €'],
    ['?a=1&sub=2&int=3', '?a=1&sub=2&int=3'],
  ])('%s', async (html, words) => {
    expect(await read(html)).toBe(words);
  });
});

test('a page is read in the encoding that it tells', async () => {
  const page = Buffer.concat([Buffer.from('<meta charset="iso-8859-2"><p>'), Buffer.from('b3b1ea', 'hex')]);

  expect(await read(page)).toBe('łąę');
});
