import type { VNode } from 'preact';

/** Drawn, not typed: a machine without an emoji font shows the same. Outlines on a 24 × 24 grid. */
const OUTLINES = {
  up: 'M7 11v9H4v-9zM7 11l4-8c1.7 0 2.6 1.3 2.2 3L12.5 9H19a2 2 0 0 1 2 2.3l-1.2 7A2 2 0 0 1 17.8 20H7',
  down: 'M7 13V4H4v9zM7 13l4 8c1.7 0 2.6-1.3 2.2-3l-.7-3H19a2 2 0 0 0 2-2.3l-1.2-7A2 2 0 0 0 17.8 4H7',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'M5 13l4 4L19 7',
  close: 'M6 6l12 12M18 6L6 18',
  restart: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5',
  send: 'M4 12l16-8-6 16-3-7z',
  stop: 'M7 7h10v10H7z',
  more: 'M9 6l6 6-6 6',
} as const;

export function Icon({ name }: { name: keyof typeof OUTLINES }): VNode {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={OUTLINES[name]} />
    </svg>
  );
}
