/** One statement of SQL with its parameters; values never stand in the text. */
export interface Executor {
  /** @throws DatabaseError of pg; rows are unparsed: the repository parses them with zod. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}
