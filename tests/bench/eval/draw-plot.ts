import type { EvalFigures } from './outcome.ts';
import { figureOf, nameOf, percent } from './write-report.ts';

const BARS = [
  { bar: 'recall5', title: 'recall @5', colour: '#2f6f4f' },
  { bar: 'refused', title: 'refused rightly', colour: '#3b6ea8' },
  { bar: 'wrong', title: 'refused wrongly', colour: '#b3541e' },
] as const;

const LABEL = 190;
const WIDTH = 420;
const BAR = 12;
const GROUP = BAR * BARS.length + 14;
const TOP = 40;

/** Three bars for each set, from 0 to 100 %, as an SVG that needs nothing else. */
export function drawPlot(figures: readonly EvalFigures[]): string {
  const height = TOP + GROUP * figures.length + 10;
  const legend = BARS.map(
    ({ title, colour }, place) =>
      `<rect x="${LABEL + place * 140}" y="10" width="12" height="12" fill="${colour}"/>` +
      `<text x="${LABEL + place * 140 + 18}" y="20">${title}</text>`,
  );
  const groups = figures.map((each, row) => {
    const y = TOP + row * GROUP;
    const bars = BARS.map(({ bar, colour }, place) => {
      const share = figureOf(each, bar);
      const at = y + place * BAR;
      if (share === undefined) return '';
      return (
        `<rect x="${LABEL}" y="${at}" width="${(share * WIDTH).toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>` +
        `<text x="${(LABEL + share * WIDTH + 4).toFixed(1)}" y="${at + 9}" font-size="9">${percent(share)}</text>`
      );
    });
    return `<text x="${LABEL - 8}" y="${y + 20}" text-anchor="end">${escaped(nameOf(each))}</text>${bars.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 60}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="Recall and refusals of each set">
<rect width="100%" height="100%" fill="#ffffff"/>
${[...legend, ...groups].join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
