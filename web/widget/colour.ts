/** Six-digit hex colours as configured; anything else falls back, so that no foreign text reaches a style sheet. */
const HEX = /^#[0-9a-f]{6}$/i;

export function safeColour(colour: string | undefined, fallback: string): string {
  return colour && HEX.test(colour) ? colour : fallback;
}

/** Black or white, whichever has the higher contrast on `background` (WCAG 2.2, relative luminance). */
export function readableOn(background: string): '#000000' | '#ffffff' {
  const light = luminance(safeColour(background, '#000000'));
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export const DEFAULT_COLOUR = '#1f5eff';
