import { type Reader, ReadingError } from './output.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** One file per format, loaded only when it is asked for. A new document type is a line here and a reader. */
const READERS: Readonly<Record<string, () => Promise<Reader>>> = {
  'text/plain': async () => (await import('./readers/plain-text.ts')).readPlainText,
  'text/markdown': async () => (await import('./readers/markdown.ts')).readMarkdown,
  'text/html': async () => (await import('./readers/html.ts')).readHtml,
  'text/csv': async () => (await import('./readers/csv.ts')).readCsv,
  'application/pdf': async () => (await import('./readers/pdf.ts')).readPdf,
  [DOCX]: async () => (await import('./readers/docx.ts')).readDocx,
};

/** @throws ReadingError for a type that nobody reads */
export async function readerFor(contentType: string): Promise<Reader> {
  const load = READERS[contentType];
  if (!load) {
    throw new ReadingError(
      'TYPE_MISMATCH',
      'This type of file cannot be read. Upload PDF, DOCX, Markdown, text, HTML or CSV.',
    );
  }
  return load();
}
