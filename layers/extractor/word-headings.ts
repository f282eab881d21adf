import { decodeEntities } from './entities.ts';

/** Word names its built-in heading styles by the language it was installed in. */
const BUILT_IN = /^(?:heading|berschrift|titre|titolo|ttulo)\s?([1-6])$/i;
const STYLE = /<(?:\w{1,16}:)?style\s/;
const NAME = /<(?:\w{1,16}:)?name\s[^<>]*?val\s*=\s*["']([^"'<]*)["']/;
const OUTLINE = /<(?:\w{1,16}:)?outlineLvl\s[^<>]*?val\s*=\s*["']([0-5])["']/;

/** The level of each heading style, by what the document's styles call it, whatever its identifier is. */
export function headingStylesOf(styles: string): ReadonlyMap<string, number> {
  const levels = new BuiltInStyles();
  for (const style of styles.split(STYLE).slice(1)) {
    const id = /^[^<>]*?styleId\s*=\s*["']([^"'<]*)["']/.exec(style)?.[1];
    const outline = OUTLINE.exec(style)?.[1];
    const named = /^heading ([1-6])$/i.exec(NAME.exec(style)?.[1] ?? '')?.[1];
    const level = named ?? (outline === undefined ? undefined : Number(outline) + 1);
    if (id !== undefined && level !== undefined) levels.set(decodeEntities(id), Number(level));
  }
  return levels;
}

/** A document without styles of its own is understood by the usual identifiers. */
class BuiltInStyles extends Map<string, number> {
  override get(id: string): number | undefined {
    const level = BUILT_IN.exec(id)?.[1];
    return super.get(id) ?? (level === undefined ? undefined : Number(level));
  }
}
