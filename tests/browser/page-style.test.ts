import { describe, expect, test } from 'vitest';
import { plainPage } from '../support/widget/stage-pages.ts';
import { useWidget } from '../support/widget/use-widget.ts';
import { openPanel } from '../support/widget/widget-states.ts';

const { stage, openPage, seeAnswer } = useWidget();

describe("the page's own style", () => {
  const HOSTILE = `
* { all: unset !important; }
*, *::before, *::after { color: red !important; font: 60px serif !important; direction: rtl !important; }
button, textarea, section, header { background: red !important; border: 20px solid red !important; transform: rotate(20deg) !important; }
div { display: none !important; position: static !important; z-index: -1 !important; opacity: .1 !important; width: 5px !important; }
[data-understudy] { display: none !important; visibility: hidden !important; filter: blur(9px) !important; clip-path: inset(50%) !important; }
[popover] { display: none !important; inset: 0 !important; }
html { background: #fff !important; font-size: 5px !important; --accent: red; --ground: red; }
body { transform: translateX(300px) !important; filter: invert(1) !important; }
head, head *, main, main * { display: none !important; }
.cover { display: block !important; position: fixed !important; inset: 0 !important; background: #fff !important; z-index: 2147483647 !important; }`;

  test('does not reach in, and nothing of the page lies above', async () => {
    const picture = async (path: string): Promise<[Buffer, Buffer]> => {
      const { page } = await openPage({ path, reducedMotion: 'reduce' });
      await page.locator('.launcher').waitFor();
      const launcher = await page.locator('.launcher').screenshot();
      await seeAnswer(page);
      await page.locator('.panel').evaluate((panel) => panel.querySelector('textarea')?.blur());
      const panel = await page.locator('.panel').screenshot();
      stage.startOver();
      return [launcher, panel];
    };
    stage.pages.files.set('hostile.css', HOSTILE);
    const cover = '<p class="cover"></p>';
    stage.pages.set('/quiet', (tag) => ({
      html: plainPage(`${tag}<style>main{display:none} html{background:#fff}</style>`),
    }));
    stage.pages.set('/hostile', (tag) => ({
      html: plainPage(tag + cover, '<link rel="stylesheet" href="/page-files/hostile.css">'),
    }));

    const [quiet, hostile] = [await picture('/quiet'), await picture('/hostile')];

    expect(hostile[0].equals(quiet[0])).toBe(true);
    expect(hostile[1].equals(quiet[1])).toBe(true);
  });

  test('is not touched by the widget', async () => {
    stage.pages.set('/plain', (tag) => ({
      html: plainPage(tag, '', '<button>Own button</button><p class="message">Own</p>'),
    }));
    const { page } = await openPage({ path: '/plain' });
    const main = page.locator('main');
    const before = await main.screenshot();
    await openPanel(page);
    await page.evaluate((id) => window.Understudy?.[id]?.close(), stage.widgetId);
    await page.locator('h1').click();

    expect((await main.screenshot()).equals(before)).toBe(true);
  });
});
