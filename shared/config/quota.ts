/** How much one creator may keep at once. */
export interface Quota {
  readonly documents: number;
  /** Of all documents' originals. */
  readonly documentBytes: number;
  readonly answers: number;
  readonly widgets: number;
}
