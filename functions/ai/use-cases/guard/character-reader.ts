const OPENS_ENTITY = 0x26;
const ENDS_ENTITY = 0x3b;
const OPENS_TAG = 0x3c;
const ENDS_TAG = 0x3e;
/** Stands for a tag, and is heard as what parts two words. */
const NOTHING = 0;
const MAX_ENTITY = 10;
const MAX_TAG = 40;
/** Of text, not of a page: a word in angle brackets is shown as it is. */
const TAG =
  /^<\/?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strong|su[bp]|t[bdhrt]|table|tbody|thead|tt|u|ul|wbr)(?:\s[^<>]*=[^<>]*)?\s?\/?$/i;
const ENTITY = /^&#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i;

export interface CharacterReader {
  read(code: number): void;
  end(): void;
}

/**
 * Hands on the characters that a text shows: entities as what they stand for, tags not at all. What begins like one of
 * them is handed on once it is clear that it is none, a few characters later.
 */
export function characterReader(hear: (code: number) => void): CharacterReader {
  let opened: number[] = [];

  const giveUp = () => {
    const codes = opened;
    opened = [];
    for (const code of codes) hear(code);
  };
  return {
    read(code) {
      if (code === OPENS_ENTITY || code === OPENS_TAG) {
        giveUp();
        opened.push(code);
        return;
      }
      const [opener] = opened;
      if (opener === undefined) return hear(code);
      if (code === (opener === OPENS_TAG ? ENDS_TAG : ENDS_ENTITY)) {
        const text = String.fromCharCode(...opened);
        const shown = opener === OPENS_TAG ? (TAG.test(text) ? NOTHING : undefined) : entityOf(text);
        if (shown === undefined) giveUp();
        opened = [];
        return hear(shown ?? code);
      }
      opened.push(code);
      if (!goesOn(opened)) giveUp();
    },
    end: giveUp,
  };
}

function goesOn(opened: readonly number[]): boolean {
  const [opener, first = 0] = opened;
  const last = opened.at(-1) ?? 0;
  if (opener === OPENS_TAG) return opened.length <= MAX_TAG && (isLetter(first) || first === 0x2f || first === 0x21);
  return opened.length <= MAX_ENTITY && (isLetter(last) || (last >= 0x30 && last <= 0x39) || last === 0x23);
}

function isLetter(code: number): boolean {
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

/** The character that an entity shows; those with a name are taken for a blank or a mark. */
function entityOf(text: string): number | undefined {
  const [, hex, decimal] = ENTITY.exec(text) ?? [];
  if (hex === undefined && decimal === undefined) return /^&[a-z]{2,8}$/i.test(text) ? NOTHING : undefined;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10ffff ? code : undefined;
}
