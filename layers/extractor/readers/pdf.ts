import { readFile } from 'node:fs/promises';
import { getResolvedPDFJS } from 'unpdf';
import { type Output, type Reader, ReadingError } from '../output.ts';
import { pageText, type TextItem } from '../page-text.ts';
import { useQuickClone } from '../quick-clone.ts';
import { useQuickInflate } from '../quick-inflate.ts';

/** Page by page with the page's number; what a page needed is let go before the next. */
export const readPdf: Reader = async (path, output) => {
  const { getDocument } = await getResolvedPDFJS();
  useQuickInflate();
  useQuickClone();
  const pdf = await openPdf(getDocument, await readFile(path));
  if (pdf.numPages === 0) throw new ReadingError('EMPTY', 'This PDF has no pages. Save it anew and upload it again.');
  await output.meta({ pages: pdf.numPages });
  await readPages(pdf, output);
  if (!output.hasText()) {
    throw new ReadingError(
      'NO_TEXT',
      'This PDF holds only pictures. Run text recognition (OCR) on it and upload it again.',
    );
  }
};

type GetDocument = Awaited<ReturnType<typeof getResolvedPDFJS>>['getDocument'];
type Pdf = Awaited<ReturnType<GetDocument>['promise']>;

/** Fonts are let go with the rest and prepared again, so not too often. */
const PAGES_BETWEEN_CLEANUPS = 100;
/** How often it is told how far reading is. */
const PAGES_BETWEEN_NEWS = 10;

async function openPdf(getDocument: GetDocument, bytes: Buffer): Promise<Pdf> {
  const loading = getDocument({
    data: new Uint8Array(bytes),
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  loading.onPassword = () => {
    throw locked();
  };
  return loading.promise.catch((error: unknown) => {
    throw error instanceof Error && error.name === 'PasswordException' ? locked() : error;
  });
}

/** One bad page does not take the others with it; how many were bad is told at the end. */
async function readPages(pdf: Pdf, output: Output): Promise<void> {
  let unreadable = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    try {
      const page = await pdf.getPage(number);
      const content = await page.getTextContent();
      const items = content.items.filter((item): item is TextItem & typeof item => 'str' in item);
      await output.text(pageText(items), { page: number });
      page.cleanup();
    } catch {
      unreadable += 1;
    }
    if (number % PAGES_BETWEEN_CLEANUPS === 0) await pdf.cleanup();
    if (number % PAGES_BETWEEN_NEWS === 0) await output.meta({ pages_read: number });
  }
  await output.meta({ pages_unreadable: unreadable });
  if (unreadable === pdf.numPages) {
    throw new ReadingError('DAMAGED', 'No page of this PDF can be read. Save it anew and upload it again.');
  }
}

function locked(): ReadingError {
  return new ReadingError('ENCRYPTED', 'This PDF asks for a password. Save it without one and upload it again.');
}
