/** Marks that browsers, address bars and people read as a full stop. */
const DOTS = /[。｡．․‧∙⸳]|\[\.\]|\(\.\)|\{\.\}/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  colon: ':',
  sol: '/',
  period: '.',
  commat: '@',
  lpar: '(',
  rpar: ')',
};
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(colon|sol|period|commat|lpar|rpar));?/giu;
/** A run that long may say something in base64. */
const ENCODED = /[A-Za-z0-9+/_-]{20,}={0,2}/g;

/** What a run of characters means to whoever shows it: wide and odd letters, entities and marks as the plain ones. */
export function unmask(run: string): string {
  return (
    run
      .replaceAll(ENTITY, (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      })
      // An ellipsis is three full stops to NFKC, and a sign of hesitation to people.
      .replaceAll('…', ' ')
      .normalize('NFKC')
      .replaceAll(DOTS, '.')
  );
}

/** Whether a part of the run is text in base64: words that no filter could read. */
export function holdsEncodedText(run: string): boolean {
  return (run.match(ENCODED) ?? []).some((part) => {
    const decoded = Buffer.from(part, 'base64').toString('latin1');
    const printable = decoded.match(/[\x20-\x7e\n]/g)?.length ?? 0;
    return decoded.length >= 12 && printable >= 0.95 * decoded.length && /[ :/.]/.test(decoded);
  });
}
