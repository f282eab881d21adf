import type { Outcome } from './outcome.ts';
import type { EvalQuestion } from './read-sets.ts';

export interface Calibration {
  /** The creator's refusal threshold that fits the first half of the questions best. */
  readonly threshold: number;
  /** What it does to the other half: shares, 0 to 1. */
  readonly refusedRightly: number;
  readonly refusedWrongly: number;
}

/** Turning away somebody who could have been answered is worse than an answer that the model may still refuse. */
const COST_OF_REFUSING = 2;
/** Of the thresholds that cost the same, the one nearest to the default generalises best. */
const DEFAULT = 0.5;

/**
 * Sets the threshold on every second question and tells what it does to the others. Judged is the decision before the
 * model alone: what the model refuses by itself it refuses under any threshold.
 */
export function calibrate(outcomes: readonly Outcome[]): Calibration {
  const [set, told] = halvesOf(outcomes);
  const candidates = Array.from({ length: 19 }, (_, step) => (step + 1) / 20);
  const [best = DEFAULT] = candidates.sort(
    (a, b) => costOf(set, a) - costOf(set, b) || Math.abs(a - DEFAULT) - Math.abs(b - DEFAULT),
  );
  return { threshold: best, ...refusalsAt(told, best) };
}

/** @throws Error for questions of one kind alone: they would set the threshold to refuse nobody, or everybody */
export function requireBothKinds({ name, questions }: { name: string; questions: readonly EvalQuestion[] }): void {
  const answerable = questions.filter(({ gold }) => gold !== undefined).length;
  if (answerable >= 2 && questions.length - answerable >= 2) return;
  throw new Error(`${name} cannot set a threshold: at least two questions need a "gold" passage, and two need "none"`);
}

/** Answerable and unanswerable ones are dealt out separately, so that both halves hold both. */
function halvesOf(outcomes: readonly Outcome[]): [Outcome[], Outcome[]] {
  const halves: [Outcome[], Outcome[]] = [[], []];
  for (const kind of [true, false]) {
    const ofKind = outcomes.filter(({ asked }) => (asked.gold !== undefined) === kind);
    for (const [place, outcome] of ofKind.entries()) halves[place % 2 === 0 ? 0 : 1].push(outcome);
  }
  return halves;
}

function isRefused({ evidence, refused }: Outcome, threshold: number): boolean {
  // Refused although the evidence was enough for the threshold it was asked under: the model's own word.
  return evidence < threshold || (refused && evidence >= DEFAULT);
}

function refusalsAt(outcomes: readonly Outcome[], threshold: number): Omit<Calibration, 'threshold'> {
  const shareOf = (kind: readonly Outcome[], none: number) =>
    kind.length === 0 ? none : kind.filter((outcome) => isRefused(outcome, threshold)).length / kind.length;
  return {
    refusedRightly: shareOf(
      outcomes.filter(({ asked }) => asked.gold === undefined),
      1,
    ),
    refusedWrongly: shareOf(
      outcomes.filter(({ asked }) => asked.gold !== undefined),
      0,
    ),
  };
}

function costOf(outcomes: readonly Outcome[], threshold: number): number {
  return outcomes.reduce((cost, outcome) => {
    const refused = isRefused(outcome, threshold);
    if (outcome.asked.gold === undefined) return cost + (refused ? 0 : 1);
    return cost + (refused ? COST_OF_REFUSING : 0);
  }, 0);
}
