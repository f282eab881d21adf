import { decodeEntities } from './entities.ts';
import type { Zip } from './zip.ts';

const CONTENT_TYPES = '[Content_Types].xml';
const USUAL_MAIN_PART = 'word/document.xml';

/** A relationship of a part to another, or to something outside of the document (ECMA-376 part 2). */
export interface Relationship {
  /** The last part of the type's URI. */
  readonly kind: string;
  readonly target: string;
  readonly isExternal: boolean;
}

/** The text of a part in whichever form of Unicode its mark or its first bracket tells. */
export function decodePart(part: Buffer): string {
  const isLittle = (part[0] === 0xff && part[1] === 0xfe) || (part[0] === 0x3c && part[1] === 0);
  const isBig = (part[0] === 0xfe && part[1] === 0xff) || (part[0] === 0 && part[1] === 0x3c);
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(part);
}

/** The name of the part that holds the text. Undefined when the package is no Word document. */
export function mainPartOf(zip: Zip): string | undefined {
  const names = new Set(zip.names());
  if (!names.has(CONTENT_TYPES)) return undefined;
  if (names.has(USUAL_MAIN_PART)) return USUAL_MAIN_PART;
  const types = zip.read(CONTENT_TYPES);
  const main = tagsOf(types ? decodePart(types) : '', 'Override').find((attributes) =>
    /wordprocessingml\.(?:document|template)\.main\+xml$/.test(attributes.get('ContentType') ?? ''),
  );
  const name = main?.get('PartName')?.replace(/^\//, '');
  return name !== undefined && names.has(name) ? name : undefined;
}

export function readRelationships(xml: string): Relationship[] {
  return tagsOf(xml, 'Relationship').map((attributes) => ({
    kind: (attributes.get('Type') ?? '').replace(/^.*\//, ''),
    target: attributes.get('Target') ?? '',
    isExternal: attributes.get('TargetMode') === 'External',
  }));
}

/** The attributes of every such tag, under whichever prefix. */
export function tagsOf(xml: string, name: string): Map<string, string>[] {
  const tags = new RegExp(`<(?:[\\w.-]{1,64}:)?${name}(\\s(?:"[^"<]*"|'[^'<]*'|[^<>"'])*)>`, 'g');
  return [...xml.matchAll(tags)].map(([, written = '']) => {
    const attributes = [...written.matchAll(/(?:^|[\s"'])([\w.:-]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
    return new Map(attributes.map(([, key = '', one, other]) => [key, decodeEntities(one ?? other ?? '')]));
  });
}
