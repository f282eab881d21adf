import { readFile } from 'node:fs/promises';
import { getResolvedPDFJS } from 'unpdf';
import { type Output, type Reader, ReadingError } from '../output.ts';
import { pageText, type TextItem } from '../page-text.ts';

/** Page by page with the page's number; what a page needed is let go before the next. */
export const readPdf: Reader = async (path, output) => {
  const { getDocument } = await getResolvedPDFJS();
  const loading = getDocument({
    data: new Uint8Array(await readFile(path)),
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  loading.onPassword = () => {
    throw new ReadingError('ENCRYPTED', 'This PDF asks for a password. Save it without one and upload it again.');
  };
  const pdf = await loading.promise.catch(refuse);
  if (pdf.numPages === 0) throw new ReadingError('EMPTY', 'This PDF has no pages.');
  await output.meta({ pages: pdf.numPages });
  await readPages(pdf, output);
  if (!output.hasText()) {
    throw new ReadingError(
      'NO_TEXT',
      'This PDF holds only pictures. Run text recognition (OCR) on it and upload it again.',
    );
  }
};

type Pdf = Awaited<ReturnType<Awaited<ReturnType<typeof getResolvedPDFJS>>['getDocument']>['promise']>;

const PAGES_BETWEEN_CLEANUPS = 20;

async function readPages(pdf: Pdf, output: Output): Promise<void> {
  let unreadable = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    try {
      const page = await pdf.getPage(number);
      const content = await page.getTextContent();
      await output.text(pageText(content.items.filter((item): item is TextItem & typeof item => 'str' in item)), {
        page: number,
      });
      page.cleanup();
    } catch {
      unreadable += 1; // One bad page does not take the others with it.
    }
    if (number % PAGES_BETWEEN_CLEANUPS === 0) await pdf.cleanup();
  }
  if (unreadable === pdf.numPages) {
    throw new ReadingError('DAMAGED', 'No page of this PDF can be read. Save it anew and upload it again.');
  }
}

function refuse(error: unknown): never {
  if (error instanceof Error && error.name === 'PasswordException') {
    throw new ReadingError('ENCRYPTED', 'This PDF asks for a password. Save it without one and upload it again.');
  }
  throw error;
}
