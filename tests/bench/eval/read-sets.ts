import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** What a file of questions holds; `docs/answers.md` describes it. */
export const QuestionFile = z.strictObject({
  language: z.string().optional(),
  /** Never used to set anything. */
  held_out: z.boolean().default(false),
  /** Relative to the file; none where a running host's creator has the sources already. */
  documents: z.array(z.strictObject({ title: z.string(), file: z.string() })).default([]),
  questions: z
    .array(
      z.strictObject({
        question: z.string().min(1),
        /** Words of the passage that holds the answer, white space aside, or `none` where the sources are silent. */
        gold: z.string().min(1),
        /** What a right answer says, word by word. */
        facts: z.array(z.string()).default([]),
        /** How often visitors asked it, in a draft. */
        asked: z.int().optional(),
      }),
    )
    .min(1),
});
export type QuestionFile = z.infer<typeof QuestionFile>;

export interface EvalQuestion {
  readonly question: string;
  /** Absent where the sources do not answer. */
  readonly gold?: string;
  readonly facts: readonly string[];
}

export interface QuestionSet {
  readonly name: string;
  readonly heldOut: boolean;
  readonly documents: readonly { readonly title: string; readonly text: string }[];
  readonly questions: readonly EvalQuestion[];
}

const FOLDER = fileURLToPath(new URL('sets', import.meta.url));

/** @throws Error naming the file that cannot be read or is malformed */
export function readSet(file: string, name: string): QuestionSet {
  const result = QuestionFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  const { held_out: heldOut, documents, questions } = result.data;
  return {
    name,
    heldOut,
    documents: documents.map(({ title, file: own }) => ({
      title,
      text: readFileSync(join(dirname(file), own), 'utf8'),
    })),
    questions: questions.map(({ question, gold, facts }) => ({ question, facts, ...(gold !== 'none' && { gold }) })),
  };
}

/** The sets of the project, and one creator with all of their sources: what answers one stands in the others' way. */
export function readSets(): QuestionSet[] {
  const sets = readdirSync(FOLDER)
    .sort()
    .map((name) => readSet(join(FOLDER, name, 'questions.json'), name));
  const together: QuestionSet = {
    name: 'together',
    heldOut: false,
    documents: sets.flatMap((set) => set.documents),
    questions: sets.flatMap((set) => set.questions.filter((asked) => asked.gold !== undefined)),
  };
  return [...sets, together];
}
