/** Six-digit hex colours as configured; anything else falls back, so that no foreign text reaches a style sheet. */
const HEX = /^#[0-9a-f]{6}$/i;

export const DEFAULT_COLOUR = '#1f5eff';

export function safeColour(colour: unknown, fallback: string): string {
  return typeof colour === 'string' && HEX.test(colour) ? colour : fallback;
}

/** The contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever stands out more from `background`: never less than 4.58, whatever the colour. */
export function readableOn(background: string): '#000000' | '#ffffff' {
  return contrast(background, '#000000') >= contrast(background, '#ffffff') ? '#000000' : '#ffffff';
}

/**
 * `colour` itself where it stands out from each of `grounds` by `ratio`, else the nearest mix with black or white that
 * does. The grounds are all light or all dark.
 */
export function standingOut(colour: string, grounds: readonly string[], ratio: number): string {
  const towards = readableOn(grounds[0] ?? '#ffffff');
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(colour, towards, share);
    if (grounds.every((ground) => contrast(mixed, ground) >= ratio)) return mixed;
  }
  return towards;
}

function mix(colour: string, other: string, share: number): string {
  const [a, b] = [channelsOf(colour), channelsOf(other)];
  const mixed = a.map((channel, place) => Math.round(channel * (1 - share) + (b[place] ?? 0) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(hex).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}
