/** Sees an answer piece by piece and lets through what may be shown; holds back as little as it can, never for long. */
export interface StreamFilter {
  push(text: string): string;
  /** What was still held when the answer ended. */
  end(): string;
}

/** One filter after the other. */
export function chainFilters(filters: readonly StreamFilter[]): StreamFilter {
  return {
    push: (text) => filters.reduce((passed, filter) => (passed === '' ? '' : filter.push(passed)), text),
    end: () => filters.reduce((passed, filter) => (passed === '' ? '' : filter.push(passed)) + filter.end(), ''),
  };
}

/** Changes every piece by itself, whatever stands before and after it. */
export function pieceFilter(change: (text: string) => string): StreamFilter {
  return { push: change, end: () => '' };
}
