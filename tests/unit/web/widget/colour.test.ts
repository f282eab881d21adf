import { describe, expect, test } from 'vitest';
import { paletteFor } from '../../../../web/widget/app/palette.ts';
import { contrast, readableOn, safeColour, standingOut } from '../../../../web/widget/colour.ts';

/** Every ninth step of each channel, which reaches all corners of the cube: 29³ colours would be too many. */
const CHANNEL = [0, 1, 32, 64, 96, 119, 128, 160, 192, 224, 254, 255];
const COLOURS = CHANNEL.flatMap((red) =>
  CHANNEL.flatMap((green) =>
    CHANNEL.map((blue) => `#${[red, green, blue].map((c) => c.toString(16).padStart(2, '0')).join('')}`),
  ),
);

test('contrast is what WCAG says', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
  expect(contrast('#1f5eff', '#1f5eff')).toBe(1);
});

test('text on any colour can be read', () => {
  const unreadable = COLOURS.filter((colour) => contrast(readableOn(colour), colour) < 4.5);

  expect(COLOURS.length).toBe(1728);
  expect(unreadable).toEqual([]);
});

describe.each(['light', 'dark'] as const)('in %s mode, whatever colour the creator picks', (mode) => {
  const palettes = COLOURS.map((colour) => paletteFor(mode, colour));

  test('links stand out from both grounds by 4.5, outlines by 3, and the text on the colour can be read', () => {
    const poor = palettes.filter(
      (palette) =>
        [palette.ground, palette.soft].some(
          (ground) => contrast(palette.ink, ground) < 4.5 || contrast(palette.rim, ground) < 3,
        ) || contrast(palette['on-accent'], palette.accent) < 4.5,
    );

    expect(poor).toEqual([]);
  });

  test('a colour that is good enough is left as it is', () => {
    const changed = palettes.filter(
      ({ accent, ink, ground, soft }) =>
        accent !== ink && contrast(accent, ground) >= 4.5 && contrast(accent, soft) >= 4.5,
    );

    expect(changed).toEqual([]);
  });

  test('what is not a choice of the creator can be read as well', () => {
    const { ground, soft, text, muted, edge, bad } = paletteFor(mode, undefined);

    for (const sign of [text, muted, bad]) {
      expect(contrast(sign, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(sign, soft)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(edge, ground)).toBeGreaterThanOrEqual(3);
  });
});

test('a colour is moved no further than it must be', () => {
  expect(standingOut('#1f5eff', ['#ffffff'], 4.5)).toBe('#1f5eff');
  expect(standingOut('#ffffff', ['#ffffff'], 21)).toBe('#000000');
  expect(contrast(standingOut('#ffff00', ['#ffffff'], 4.5), '#ffffff')).toBeLessThan(5.2);
});

test.each(['red', '#fff', '#1234567', 'url(x)', '#12345g', undefined, 7, '#000000;}*{x'])(
  'what is not six hexadecimal digits never reaches a style sheet: %s',
  (colour) => {
    expect(safeColour(colour, '#1f5eff')).toBe('#1f5eff');
  },
);
