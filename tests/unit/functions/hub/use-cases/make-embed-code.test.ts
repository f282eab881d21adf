import { expect, test } from 'vitest';
import { makeEmbedCode } from '../../../../../functions/hub/use-cases/make-embed-code.ts';
import { DEFAULT_THEME } from '../../../../../shared/models/widget.ts';

const MANIFEST = {
  loader: { path: '/widget/v1/loader-1.js', integrity: 'sha384-l', bytes: 1 },
  app: { path: '/widget/v1/app-1.js', integrity: 'sha384-a', bytes: 1 },
};
const WIDGET = { id: 'w', theme: DEFAULT_THEME, locale: 'en' };

test('a widget as it is by default needs nothing but its name in the tag', () => {
  const { html } = makeEmbedCode(WIDGET, MANIFEST, 'https://api.example');

  expect(html).toBe(
    '<script src="https://api.example/widget/v1/loader-1.js" integrity="sha384-l" crossorigin="anonymous" data-widget="w" async></script>',
  );
});

test('what the button needs before anything is loaded stands in the tag', () => {
  const theme = { primary_color: '#aa0000', position: 'left' as const, radius: 0 };

  const { html } = makeEmbedCode({ id: 'w', theme, locale: 'ar' }, MANIFEST, 'https://api.example/stage');

  expect(html).toContain(
    ' data-api-path="/stage" data-color="#aa0000" data-position="left" data-locale="ar" async></script>',
  );
});
