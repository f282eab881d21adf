import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { ExtractionLine, type TextBlock } from '../../../shared/models/extraction.ts';
import { BufferedStream } from './buffered-stream.ts';

export interface ExtractionListener {
  onTitle(title: string): void;
  /** Pages read, of how many; only of files that have pages. */
  onPages(done: number, total: number): void;
  /** Before its text is through; only of files that have pages. */
  onUnreadablePages(count: number): void;
}

/** What a run has said of its end; the first word counts. */
export type ExtractionEnd = { readonly failure?: Error };

/** Reads the lines of one run: blocks go to its reader, the rest to the listener. */
export class ExtractorOutput {
  readonly blocks = new BufferedStream<TextBlock>();
  /** The most memory that the program says it held. */
  peakBytes = 0;
  /** Absent until the program, or whoever stopped it, has spoken. */
  end: ExtractionEnd | undefined;
  private readonly listener: ExtractionListener | undefined;
  private pages = 0;
  private pagesRead = 0;

  constructor(listener: ExtractionListener | undefined) {
    this.listener = listener;
  }

  /** False for a line that is none of the program's own. After the end, lines are not looked at. */
  take(line: string): boolean {
    if (this.end) return true;
    const parsed = parseLine(line);
    if (!parsed) return false;
    if ('peak_bytes' in parsed) this.peakBytes = parsed.peak_bytes ?? 0;
    if (parsed.type === 'block') this.blocks.push(parsed);
    else if (parsed.type === 'meta') this.tell(parsed);
    else if (parsed.type === 'end') this.end = {};
    else this.end = { failure: new DocumentProcessingError(parsed.code, parsed.advice) };
    return true;
  }

  private tell(meta: Extract<ExtractionLine, { type: 'meta' }>): void {
    this.pages = meta.pages ?? this.pages;
    this.pagesRead = meta.pages_read ?? this.pagesRead;
    if (meta.title !== undefined) this.listener?.onTitle(meta.title);
    if (meta.pages_unreadable !== undefined) this.listener?.onUnreadablePages(meta.pages_unreadable);
    if (this.pages > 0 && meta.pages_unreadable === undefined) this.listener?.onPages(this.pagesRead, this.pages);
  }
}

function parseLine(line: string): ExtractionLine | undefined {
  try {
    return ExtractionLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
