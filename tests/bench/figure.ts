import { readFileSync } from 'node:fs';

/** One number of part C of the test programme. */
export interface Figure {
  /** As in the programme: C1, C1b, C2 … */
  readonly id: string;
  readonly name: string;
  readonly reached: number;
  /** The most or the least that is wanted; absent where a number is only told. */
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly unit?: string;
  readonly note?: string;
  /** Load average of the last minute when it was measured. */
  readonly load?: number;
  /** Percent of processor time that the hypervisor took away meanwhile; absent where the system does not tell. */
  readonly stolen?: number | undefined;
}

export function isMet({ reached, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost === undefined && atLeast === undefined) return undefined;
  return reached <= (atMost ?? Number.POSITIVE_INFINITY) && reached >= (atLeast ?? Number.NEGATIVE_INFINITY);
}

/** `share` of 0.5 is the median; 0 for no samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function loadNow(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
  } catch {
    return Number.NaN;
  }
}

const rounded = (value: number) => Number(value.toPrecision(3));

export function toTableRow(figure: Figure): Record<string, string | number> {
  const { id, name, reached, atMost, atLeast, unit = '', note = '', load, stolen } = figure;
  const met = isMet(figure);
  const goal = atMost !== undefined ? `≤ ${atMost} ${unit}` : atLeast !== undefined ? `≥ ${atLeast} ${unit}` : '–';
  return {
    id,
    figure: name,
    goal: goal.trim(),
    reached: `${reached >= 1_000 ? Math.round(reached) : rounded(reached)} ${unit}`.trim(),
    met: met === undefined ? '' : met ? 'yes' : 'NO',
    load: load ?? '',
    stolen: stolen === undefined ? '' : `${stolen.toFixed(0)} %`,
    note,
  };
}
