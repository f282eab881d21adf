import * as z from 'zod';
import { DOCUMENT_ERROR_CODES } from '../errors/document-processing-error.ts';

/** A stretch of a document's text, in reading order. */
export const TextBlock = z.object({
  type: z.literal('block'),
  text: z.string(),
  /** Counted from 1, where the format has pages. */
  page: z.number().int().positive().optional(),
  /** The headings it stands under, outermost first. */
  heading_path: z.array(z.string()).optional(),
});
export type TextBlock = z.infer<typeof TextBlock>;

/**
 * The lines that the extractor program writes, one JSON value each: any number of `meta` and `block`, then exactly
 * one `end` or `error`, with the most memory that the program ever held. An output without that last line is a crash.
 */
export const ExtractionLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('meta'),
    title: z.string().optional(),
    pages: z.number().int().nonnegative().optional(),
    pages_read: z.number().int().nonnegative().optional(),
    /** Once all pages were tried. */
    pages_unreadable: z.number().int().nonnegative().optional(),
  }),
  TextBlock,
  z.object({ type: z.literal('end'), peak_bytes: z.number().optional() }),
  z.object({
    type: z.literal('error'),
    peak_bytes: z.number().optional(),
    code: z.enum(DOCUMENT_ERROR_CODES),
    advice: z.string(),
  }),
]);
export type ExtractionLine = z.infer<typeof ExtractionLine>;
