import type { DocumentProgress } from '../../../../shared/lifecycles/document/report-progress.ts';

/** What Postgres takes as an integer: a PDF may claim any number of pages. */
const MOST = 2_147_483_647;

/**
 * How far a document is, for its owner: pages while it is being read, then passages. Passages are embedded meanwhile,
 * but how many there will be is known only when the reading is done.
 */
export class ReadingProgress {
  private pages = { done: 0, total: 0 };
  private chunks = { done: 0, total: 0 };
  private unreadable = 0;

  readPages(done: number, total: number): void {
    this.pages = { done: Math.min(done, MOST), total: Math.min(total, MOST) };
  }

  /** So many pages could not be read; known when the text is through. */
  lostPages(count: number): void {
    this.unreadable = Math.min(count, MOST);
  }

  unreadablePages(): number {
    return this.unreadable;
  }

  /** All passages are cut. */
  cutChunks(total: number): void {
    this.chunks = { ...this.chunks, total };
  }

  storedChunks(done: number): void {
    this.chunks = { ...this.chunks, done };
  }

  now(): DocumentProgress {
    const isRead = this.chunks.total > 0;
    return isRead ? { stage: 'embed', ...this.chunks } : { stage: 'extract', ...this.pages };
  }
}
