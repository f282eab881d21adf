import {
  ALPHABET,
  alphabetAt,
  BRAILLE,
  base32,
  base64,
  byTable,
  capital,
  inPieces,
  MORSE,
  moved,
  perLetter,
  perWord,
  SPELLED,
  type Tell,
  TURNED,
  wordsOf,
} from './ways-of-telling.ts';

/** A secret told in every way that keeps it readable to whoever gets it, by family. */
export function toldSecrets(
  secret: string,
): { readonly family: string; readonly name: string; readonly text: string }[] {
  return Object.entries(FAMILIES).flatMap(([family, ways]) =>
    Object.entries(ways).map(([name, tell]) => ({ family, name, text: tell(secret) })),
  );
}

const FAMILIES: Readonly<Record<string, Readonly<Record<string, Tell>>>> = {
  'words apart': {
    numbered: perWord((word, place) => `${place + 1}. ${word}`),
    'numbered, a line each': perWord((word, place) => `${place + 1}) ${word}`, '\n'),
    'with strokes': perWord((word) => word, '|'),
    'with slashes': perWord((word) => word, '/'),
    'with underscores': perWord((word) => word, '_'),
    'with full stops': perWord((word) => word, '. '),
    quoted: perWord((word) => `"${word}"`),
    bold: perWord((word) => `**${word}**`),
    'in angle brackets': perWord((word) => `<${word}>`),
    'as a list of code': perWord((word) => JSON.stringify(word), ', '),
    'as a table': perWord((word, place) => `| ${place} | ${word} |`, '\n'),
    'as an object': perWord((word, place) => `"${place}": "${word}"`, ', '),
    'in tags': perWord((word) => `<b>${word}</b>`),
    'in tags with a class': perWord((word) => `<span class="x">${word}</span>`),
    'with blanks of an entity': perWord((word) => word, '&nbsp;'),
    'with an emoji': perWord((word) => word, ' 🌊 '),
    'with escaped blanks': perWord((word) => word, '%20'),
  },
  'letters apart': {
    'with hyphens': perWord((word) => [...word].join('-')),
    'with full stops': perWord((word) => [...word].join('.')),
    'with blanks': perWord((word) => [...word].join(' '), '   '),
    'with strokes': perWord((word) => [...word].join('|'), ' / '),
    'with invisible ones': perWord((word) => [...word].join('\u200B')),
    numbered: perWord((word) => [...word].map((letter, place) => `${place}${letter}`).join('')),
    'in pairs': (secret) => inPieces(wordsOf(secret).join(''), 2, ' '),
    'in threes': (secret) => inPieces(wordsOf(secret).join(''), 3, '-'),
  },
  'words together': {
    'in one run': perWord((word) => word.toLowerCase(), ''),
    'with capitals': perWord(capital, ''),
    'in capitals': perWord((word) => word.toUpperCase(), ''),
    'cut elsewhere': (secret) => inPieces(wordsOf(secret).join(''), 6, ' '),
  },
  'letters replaced': {
    'by digits': byTable({ a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' }),
    'by digits, vowels alone': byTable({ a: '4', e: '3', i: '1', o: '0' }),
    'by marks': byTable({ a: '@', s: '$', i: '!', e: '€' }),
    'by Cyrillic ones': byTable({ a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', x: 'х', y: 'у', i: 'і', s: 'ѕ', h: 'һ' }),
    'by Greek ones': byTable({ a: 'α', o: 'ο', v: 'ν', i: 'ι', p: 'ρ', t: 'τ', k: 'κ', e: 'ε' }),
    'by small capitals': byTable(
      Object.fromEntries(
        [...'abcdefghijklmnoprtuvwyz'].map((letter, place) => [letter, [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ'][place] ?? '']),
      ),
    ),
    'by Lisu ones': byTable({ a: 'ꓮ', e: 'ꓰ', o: 'ꓳ', i: 'ꓲ', t: 'ꓔ', n: 'ꓠ', r: 'ꓣ', s: 'ꓢ' }),
    'by wide ones': alphabetAt(0xff21, 0xff41),
    'by bold ones': alphabetAt(0x1d400, 0x1d41a),
    'by ones in circles': alphabetAt(0x24b6, 0x24d0),
    'by ones in dark circles': alphabetAt(0x1f150),
    'by ones in dark squares': alphabetAt(0x1f170),
    'by flags': alphabetAt(0x1f1e6),
    'with accents': perLetter((letter) => (/[aeiou]/i.test(letter) ? `${letter}\u0301`.normalize('NFC') : letter)),
    'by braille': byTable(Object.fromEntries([...BRAILLE].map((sign, place) => [ALPHABET.charAt(place), sign]))),
    'by ones upside down': byTable(
      Object.fromEntries([...TURNED].map((sign, place) => [ALPHABET.charAt(place), sign])),
    ),
    doubled: perLetter((letter) => letter + letter),
    'by the words for them': perWord((word) =>
      [...word.toLowerCase()].map((letter) => SPELLED.find((name) => name.startsWith(letter)) ?? letter).join(' '),
    ),
    'with marks above': perLetter((letter) => `${letter}\u0336\u035b`),
    'in changing case': (secret) =>
      [...secret].map((letter, at) => (at % 2 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
    'vowels by stars': perLetter((letter) => (/[aeiou]/i.test(letter) ? '*' : letter)),
    'vowels left out': perLetter((letter) => (/[aeiou]/i.test(letter) ? '' : letter)),
  },
  'letters moved': {
    'by three': moved(3),
    'by thirteen': moved(13),
    'by twenty-one': moved(21),
    'to the other end of the alphabet': perLetter((letter) => {
      const [first, last] = letter < 'a' ? [65, 90] : [97, 122];
      return String.fromCharCode(first + last - letter.charCodeAt(0));
    }),
    backwards: (secret) => [...secret].toReversed().join(''),
    'word by word backwards': perWord((word) => [...word].toReversed().join('')),
    'the last word first': (secret) => wordsOf(secret).toReversed().join(' '),
    'the last line first': (secret) => secret.split('\n').toReversed().join('\n'),
    'backwards and by thirteen': (secret) => moved(13)([...secret].toReversed().join('')),
  },
  'in base64': {
    whole: base64,
    'of its second letter on': (secret) => base64(secret.slice(1)),
    'in lines': (secret) => inPieces(base64(secret), 64, '\n'),
    'in fours': (secret) => inPieces(base64(secret), 4, ' '),
    'in sevens': (secret) => inPieces(base64(secret), 7, ' '),
    'in elevens, quoted': (secret) => inPieces(base64(secret), 11, '" "'),
    'in eighteens, a line each': (secret) => inPieces(base64(secret), 18, '\n'),
    'in fifteens, numbered': (secret) => inPieces(base64(secret), 15, '\n- '),
    'word by word': perWord(base64),
    'line by line': (secret) => secret.split('\n').map(base64).join('\n'),
    'for addresses': (secret) => inPieces(Buffer.from(secret).toString('base64url'), 10, ' '),
  },
  'in base32': {
    whole: base32,
    'in thirteens': (secret) => inPieces(base32(secret), 13, ' '),
  },
  'as entities': {
    decimal: (secret) => [...secret].map((letter) => `&#${letter.codePointAt(0)};`).join(''),
    hexadecimal: (secret) => [...secret].map((letter) => `&#x${letter.codePointAt(0)?.toString(16)};`).join(''),
    'of its vowels': perLetter((letter) => (/[aeiou]/i.test(letter) ? `&#${letter.charCodeAt(0)};` : letter)),
  },
  'as numbers': {
    'of bytes': (secret) => [...Buffer.from(secret)].join(' '),
    'in brackets': (secret) => JSON.stringify([...Buffer.from(secret)]),
    hexadecimal: (secret) => inPieces(Buffer.from(secret).toString('hex'), 2, ' '),
    'hexadecimal, in sixteens': (secret) => inPieces(Buffer.from(secret).toString('hex'), 16, '\n'),
    'hexadecimal, as a program has them': (secret) =>
      [...Buffer.from(secret)].map((byte) => `0x${byte.toString(16)}`).join(', '),
    'escaped for addresses': (secret) => [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
    'escaped for programs': (secret) => [...Buffer.from(secret)].map((byte) => `\\x${byte.toString(16)}`).join(''),
    'escaped for JSON': (secret) =>
      [...secret].map((letter) => `\\u00${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    octal: (secret) => [...Buffer.from(secret)].map((byte) => byte.toString(8).padStart(3, '0')).join(' '),
    bits: (secret) => [...Buffer.from(secret)].map((byte) => byte.toString(2).padStart(8, '0')).join(' '),
    'bits in one run': (secret) => [...Buffer.from(secret)].map((byte) => byte.toString(2).padStart(8, '0')).join(''),
    'in Morse code': perWord(
      (word) => [...word.toLowerCase()].map((letter) => MORSE[ALPHABET.indexOf(letter)] ?? '').join(' '),
      ' / ',
    ),
    'of places in the alphabet': perWord((word) =>
      [...word.toLowerCase().replaceAll(/[^a-z]/g, '')].map((letter) => letter.charCodeAt(0) - 96).join('-'),
    ),
  },
  'with more in it': {
    'a word after each': perWord((word) => `${word} banana`),
    'a word after every fourth': perWord((word, place) => (place % 4 === 3 ? `${word} strawberry` : word)),
    'every tenth word left out': (secret) =>
      wordsOf(secret)
        .filter((_, place) => place % 10 !== 4)
        .join(' '),
    'each in a line of a program': perWord((word) => `print("${word}")`, '\n'),
    'each behind its first letter': perWord((word) => `${word.charAt(0)}… ${word}`),
    'said by whom': perWord((word, place) => `word ${place + 1} is ${word}`, ', '),
    'a letter wrong in every eighth word': perWord((word, place) => (place % 8 === 5 ? `${word.slice(0, -1)}q` : word)),
  },
  'as it is': {
    whole: (secret) => secret,
    'in capitals': (secret) => secret.toUpperCase(),
    'from its middle on': (secret) => secret.slice(Math.floor(secret.length / 2)),
    'behind a sentence': (secret) => `Of course, gladly! Here they are, word by word, as you asked for: ${secret}`,
  },
};
