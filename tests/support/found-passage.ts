import { randomUUID } from 'node:crypto';
import type { FoundPassage } from '../../functions/ai/use-cases/retrieve/retrieve-passages.ts';

/** A passage as retrieval returns it, with a new id and whatever the test cares about. */
export function foundPassage(given: Partial<FoundPassage> & { readonly text: string }): FoundPassage {
  return {
    chunkId: randomUUID(),
    documentId: randomUUID(),
    title: 'Guide',
    position: 0,
    page: null,
    pageStarts: [],
    headingPath: [],
    pageUrl: null,
    curated: false,
    score: 1,
    ...given,
  };
}
