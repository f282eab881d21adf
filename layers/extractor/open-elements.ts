const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
const HEADINGS = words('h1 h2 h3 h4 h5 h6');
/** A paragraph ends where one of these begins. */
const ENDS_PARAGRAPH = words(
  `address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
  header hgroup hr li main menu nav ol p pre search section summary table ul`,
);
const TABLE_PARTS = words('table caption colgroup tbody thead tfoot tr td th');
/** What stands on a page by itself, not within a line. */
const BLOCKS: ReadonlySet<string> = new Set([
  ...ENDS_PARAGRAPH,
  ...TABLE_PARTS,
  ...words('button iframe marquee noscript object select template textarea'),
]);
/** No tag reaches out of these to end what stands around them. */
const BOUNDS = words('caption marquee object table td template th');
const TABLE_BOUNDS = words('table template');
const LIST_BOUNDS: ReadonlySet<string> = new Set([...BOUNDS, 'ol', 'ul', 'menu']);
const ITEM_BOUNDS = new Set([...BLOCKS].filter((name) => !['address', 'div', 'p', 'li', 'dd', 'dt'].includes(name)));

interface Ending {
  readonly ends: ReadonlySet<string>;
  readonly within: ReadonlySet<string>;
}
const PARAGRAPH: Ending = { ends: words('p'), within: new Set([...BOUNDS, 'button']) };
const ROW_GROUP: Ending = { ends: words('tbody thead tfoot tr caption colgroup'), within: TABLE_BOUNDS };
const CELL: Ending = { ends: words('td th'), within: words('tr table template') };
const TERM: Ending = { ends: words('dd dt'), within: ITEM_BOUNDS };
const RUBY: Ending = { ends: words('rt rp'), within: words('ruby') };
/** What an element ends where it begins, because its end tag may be left out. */
const SIBLINGS: ReadonlyMap<string, Ending> = new Map([
  ['li', { ends: words('li'), within: ITEM_BOUNDS }],
  ['dd', TERM],
  ['dt', TERM],
  ['option', { ends: words('option'), within: words('select datalist optgroup') }],
  ['optgroup', { ends: words('option optgroup'), within: words('select datalist') }],
  ['td', CELL],
  ['th', CELL],
  ['tr', { ends: words('tr caption colgroup'), within: words('tbody thead tfoot table template') }],
  ['tbody', ROW_GROUP],
  ['thead', ROW_GROUP],
  ['tfoot', ROW_GROUP],
  ['rt', RUBY],
  ['rp', RUBY],
]);
const VOID = words('area base br col embed hr img input link meta param source track wbr');
/** Browsers nest no deeper; whatever is further out is looked for in vain. */
const MAX_STEPS = 512;
/** What is further out than anything is looked for is forgotten now and then; what nobody reads of it stays unread. */
const MAX_HELD = 8 * MAX_STEPS;

/** Which elements are open at a place of a page, by the HTML standard's rules for end tags that are left out. */
export class OpenElements {
  private readonly stack: { readonly name: string; readonly isUnread: boolean }[] = [];
  /** How often each name is open, so that what is not open is not looked for. */
  private readonly counts = new Map<string, number>();
  private unread = 0;

  /** Whether something is open that nobody reads. */
  areUnread(): boolean {
    return this.unread > 0;
  }

  begin(name: string, element: { readonly isUnread: boolean; readonly isEmpty: boolean }): void {
    if (ENDS_PARAGRAPH.has(name)) this.endWhat(PARAGRAPH);
    if (HEADINGS.has(name) && HEADINGS.has(this.stack.at(-1)?.name ?? '')) this.cut(this.stack.length - 1);
    const siblings = SIBLINGS.get(name);
    if (siblings) this.endWhat(siblings);
    if (element.isEmpty || VOID.has(name)) return;
    if (this.stack.length === MAX_HELD) this.forget(this.stack.splice(0, MAX_HELD - MAX_STEPS));
    this.stack.push({ name, isUnread: element.isUnread });
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (element.isUnread) this.unread += 1;
  }

  /** An end tag whose element is not open ends nothing. */
  end(name: string): void {
    if (this.stack.at(-1)?.name === name) {
      this.cut(this.stack.length - 1);
      return;
    }
    const ends = HEADINGS.has(name) ? HEADINGS : new Set([name]);
    const within = TABLE_PARTS.has(name) ? TABLE_BOUNDS : name === 'li' ? LIST_BOUNDS : BOUNDS;
    const [place] = this.placesOf({ ends, within });
    if (place === undefined) return;
    // `<b>…<p>…</b>…</p>`: the paragraph goes on.
    const goesOn = !BLOCKS.has(name) && this.stack.slice(place + 1).some((element) => BLOCKS.has(element.name));
    this.cut(place, goesOn ? place + 1 : this.stack.length);
  }

  private endWhat(ending: Ending): void {
    const outermost = this.placesOf(ending).at(-1);
    if (outermost !== undefined) this.cut(outermost);
  }

  /** Where such elements are open, the innermost first. */
  private placesOf({ ends, within }: Ending): number[] {
    const places: number[] = [];
    if (![...ends].some((name) => (this.counts.get(name) ?? 0) > 0)) return places;
    for (let at = this.stack.length - 1; at >= Math.max(0, this.stack.length - MAX_STEPS); at -= 1) {
      const name = this.stack[at]?.name ?? '';
      if (ends.has(name)) places.push(at);
      if (within.has(name)) break;
    }
    return places;
  }

  private cut(from: number, to = this.stack.length): void {
    const ended = this.stack.splice(from, to - from);
    for (const { isUnread } of ended) if (isUnread) this.unread -= 1;
    this.forget(ended);
  }

  private forget(elements: readonly { readonly name: string }[]): void {
    for (const { name } of elements) this.counts.set(name, (this.counts.get(name) ?? 0) - 1);
  }
}
