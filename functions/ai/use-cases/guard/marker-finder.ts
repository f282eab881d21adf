import { LATIN, letterOf, NONE } from './letter-signs.ts';

/** Whether the letters and digits said so far hold the marker, forwards or backwards, whatever stands between them. */
export function findMarker(marker: string) {
  const forms = [marker, [...marker].toReversed().join('')];
  let said = '';
  let found = false;
  return {
    read(code: number) {
      const letter = letterOf(code);
      const isDigit = code >= 0x30 && code <= 0x39;
      if ((letter === NONE && !isDigit) || marker === '') return;
      // A letter of another script stands in no marker, and ends what was begun.
      said = (
        said + (isDigit ? String.fromCharCode(code) : letter > LATIN ? ' ' : String.fromCharCode(letter + 0x60))
      ).slice(-marker.length);
      found ||= forms.includes(said);
    },
    get found() {
      return found;
    },
  };
}
