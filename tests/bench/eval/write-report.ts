import type { Calibration } from './calibrate.ts';
import { AT_MOST, type Bar } from './eval-options.ts';
import type { EvalFigures } from './outcome.ts';

export interface MeasuredSet extends EvalFigures {
  readonly calibration: Calibration;
}

export interface EvalRun {
  readonly at: string;
  readonly model: string;
  readonly embeddingModel: string;
  readonly offline: boolean;
  readonly figures: readonly MeasuredSet[];
}

const COLUMNS: readonly (readonly [Bar | 'recall1', string])[] = [
  ['recall1', 'recall @1'],
  ['recall5', 'recall @5'],
  ['refused', 'refused rightly'],
  ['wrong', 'refused wrongly'],
  ['citations', 'citations right'],
  ['facts', 'facts told'],
  ['injected', 'injected'],
];

/** A figure by the name that `--fail-below` gives it; undefined where the set has nothing to measure it by. */
export function figureOf(figures: EvalFigures, bar: Bar | 'recall1'): number | undefined {
  const silent = figures.unanswerable === 0;
  const values: Readonly<Record<Bar | 'recall1', number | undefined>> = {
    recall1: figures.recallAt1,
    recall5: figures.recallAt5,
    refused: silent ? undefined : figures.refusedRightly,
    wrong: figures.refusedWrongly,
    citations: figures.citationsRight,
    facts: figures.factsTold,
    injected: figures.injected,
  };
  return values[bar];
}

/** What missed a bar, a line each. */
export function missedBars(run: EvalRun, bars: ReadonlyMap<Bar, number>): string[] {
  return run.figures.flatMap((figures) =>
    [...bars].flatMap(([bar, limit]) => {
      const reached = figureOf(figures, bar);
      const met = reached === undefined || (AT_MOST.has(bar) ? reached <= limit : reached >= limit);
      return met
        ? []
        : [
            `${nameOf(figures)}: ${bar} is ${percent(reached)}, wanted ${AT_MOST.has(bar) ? '≤' : '≥'} ${percent(limit)}`,
          ];
    }),
  );
}

/** A table for people, in Markdown; behind each figure what changed since the run before. */
export function renderReport(run: EvalRun, before: EvalRun | undefined): string {
  const known = new Map(before?.figures.map((figures) => [nameOf(figures), figures]));
  const rows = run.figures.map((figures) => {
    const old = known.get(nameOf(figures));
    const cells = COLUMNS.map(([bar]) =>
      hasQuestionsFor(figures, bar) ? cell(figureOf(figures, bar), old && figureOf(old, bar)) : '–',
    );
    const { threshold, refusedRightly, refusedWrongly } = figures.calibration;
    const told =
      figures.unanswerable === 0 || figures.answerable === 0
        ? '–'
        : `${threshold} → ${percent(refusedRightly)} / ${percent(refusedWrongly)}`;
    return [nameOf(figures), `${figures.answerable} + ${figures.unanswerable}`, ...cells, told];
  });
  const head = ['set', 'questions', ...COLUMNS.map(([, title]) => title), 'threshold of one half → the other half'];
  return `# Answers, measured

${run.at}, chat model \`${run.model}\`, embeddings by \`${run.embeddingModel}\`${run.offline ? ' (the offline model: no weights)' : ''}. ${before ? `Changes in brackets are since ${before.at}.` : 'There is no run before to compare with.'}

${table(head, rows)}

A star marks sets that were never used to set anything. "threshold → a / b": set on every second question, it refuses
a of the unanswerable and b of the answerable ones among the others.

![Recall and refusals of each set](plot.svg)

## Questions that went wrong

${run.figures.map((figures) => `### ${nameOf(figures)}\n\n${figures.misses.map(({ fault, question }) => `- ${fault}: ${question}`).join('\n') || 'None.'}`).join('\n\n')}
`;
}

/** What nobody asked for was neither reached nor missed. */
function hasQuestionsFor({ answerable, unanswerable }: EvalFigures, bar: (typeof COLUMNS)[number][0]): boolean {
  if (bar === 'refused') return unanswerable > 0;
  return bar === 'injected' || answerable > 0;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll('|', '/')).join(' | ')} |`;
  return [line(head), line(head.map(() => '-')), ...rows.map(line)].join('\n');
}

function cell(now: number | undefined, before: number | undefined): string {
  if (now === undefined) return '–';
  const change = before === undefined ? 0 : Math.round((now - before) * 1_000) / 10;
  return change === 0 ? percent(now) : `${percent(now)} (${change > 0 ? '+' : '−'}${Math.abs(change)})`;
}

export function nameOf({ set, heldOut, chunkTokens }: EvalFigures): string {
  return `${set}${heldOut ? '*' : ''}${chunkTokens === undefined ? '' : ` ${chunkTokens}`}`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}
