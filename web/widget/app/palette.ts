import { DEFAULT_COLOUR, readableOn, safeColour, standingOut } from '../colour.ts';

/** What is the same whatever the creator's colour. */
const GROUNDS = {
  light: {
    ground: '#ffffff',
    soft: '#f2f3f7',
    text: '#1b1d22',
    muted: '#565d6d',
    line: '#d4d7e0',
    edge: '#7b8292',
    bad: '#a3160c',
  },
  dark: {
    ground: '#17191f',
    soft: '#262a33',
    text: '#eceef3',
    muted: '#a9b0c0',
    line: '#3d4350',
    edge: '#7f879a',
    bad: '#ff9d94',
  },
} as const;

export type Mode = keyof typeof GROUNDS;

/**
 * All colours of a mode. The creator's colour is used as it is where it is a surface of its own; where it has to be
 * read or found (links, outlines), it is moved towards black or white until WCAG's ratios hold.
 */
export function paletteFor(mode: Mode, configured: unknown) {
  const accent = safeColour(configured, DEFAULT_COLOUR);
  const { ground, soft } = GROUNDS[mode];
  return {
    ...GROUNDS[mode],
    accent,
    'on-accent': readableOn(accent),
    /** Text and links: 4.5 to 1 on both grounds. */
    ink: standingOut(accent, [ground, soft], 4.5),
    /** Outlines and borders of what is pressed: 3 to 1. */
    rim: standingOut(accent, [ground, soft], 3),
  };
}

export function declarations(mode: Mode, configured: unknown): string {
  return Object.entries(paletteFor(mode, configured))
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
