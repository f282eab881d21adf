import { PDFDocument, StandardFonts } from 'pdf-lib';

/** A PDF with one page for each list of lines. */
export async function makePdf(pages: readonly (readonly string[])[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const lines of pages) {
    const page = pdf.addPage([595, 842]);
    lines.forEach((line, place) => {
      page.drawText(line, { x: 40, y: 800 - place * 16, size: 10, font });
    });
  }
  return Buffer.from(await pdf.save());
}
