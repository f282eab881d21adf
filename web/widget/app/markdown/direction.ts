import type { Block, Row } from './syntax.ts';
import { textOf } from './syntax.ts';

const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * The direction of the first letter; undefined without one. `dir=auto` does not do it for what holds paragraphs of its
 * own direction: it looks at nothing inside them.
 */
export function directionOf(text: string): 'ltr' | 'rtl' | undefined {
  const letter = LETTER.exec(text)?.[0];
  if (letter === undefined) return undefined;
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}

export const wordsOfRows = (rows: readonly Row[]): string => rows.flat().map(textOf).join(' ');

export function wordsOfBlocks(blocks: readonly Block[]): string {
  return blocks.map(wordsOf).join(' ');
}

/** Code has words of its own language, whatever it stands in. */
function wordsOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return textOf(block.inlines);
    case 'quote':
      return wordsOfBlocks(block.blocks);
    case 'list':
      return wordsOfBlocks(block.items.flat());
    case 'table':
      return wordsOfRows([block.header, ...block.rows]);
    default:
      return '';
  }
}
