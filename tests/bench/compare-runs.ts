import { type Figure, isMet } from './figure.ts';

/** One run of the bench as it is kept. */
export interface BenchRun {
  readonly at: string;
  /** How long each request to Postgres and Redis was held up; absent on plain loopback. */
  readonly delayMs?: number | undefined;
  readonly figures: readonly Figure[];
}

/** Every id that part C of the programme names. */
const PROGRAMME = 'C1 C1b C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15'.split(' ');

/** Lines of the programme that these figures say nothing about. */
export function missingFrom(figures: readonly Figure[]): string[] {
  const told = new Set(figures.filter(({ reached }) => Number.isFinite(reached)).map(({ id }) => id));
  return PROGRAMME.filter((id) => !told.has(id));
}

/** How each figure stands to the newest earlier run of its kind that has it, in percent; absent where there is none. */
export function changesSince(
  { figures, delayMs }: Pick<BenchRun, 'figures' | 'delayMs'>,
  runs: readonly BenchRun[],
): ReadonlyMap<Figure, number> {
  const changes = new Map<Figure, number>();
  for (const figure of figures) {
    const earlier = runs
      .filter((run) => run.delayMs === delayMs)
      .toReversed()
      .flatMap((run) => run.figures)
      .find(({ id, name, reached }) => id === figure.id && name === figure.name && Number.isFinite(reached));
    if (earlier && earlier.reached !== 0) changes.set(figure, (figure.reached / earlier.reached - 1) * 100);
  }
  return changes;
}

const WIDTH = 420;
const ROW = 22;

/** A picture of how near each figure is to its goal: the line is the goal, a bar beyond it misses it. */
export function plotRun({ at, figures }: BenchRun): string {
  const shown = figures.filter((figure) => figure.atMost && Number.isFinite(figure.reached));
  const bars = shown.map((figure, row) => {
    const share = Math.min(2, figure.reached / (figure.atMost ?? 1));
    const colour = isMet(figure) ? '#2a7d4f' : '#b3402a';
    const y = 30 + row * ROW;
    const label = `${figure.id} ${figure.name}: ${figure.reached.toPrecision(3)} of ${figure.atMost} ${figure.unit ?? ''}`;
    return `<rect x="10" y="${y}" width="${((share * WIDTH) / 2).toFixed(1)}" height="14" fill="${colour}"/><text x="${WIDTH + 20}" y="${y + 12}">${escapeXml(label)}</text>`;
  });
  const height = 40 + shown.length * ROW;
  const goal = 10 + WIDTH / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="${height}" font-family="sans-serif" font-size="12"><text x="10" y="18">${escapeXml(at)}: the line is the goal</text>${bars.join('')}<line x1="${goal}" x2="${goal}" y1="24" y2="${height}" stroke="#333"/></svg>\n`;
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
