/** Follows the headings of a document as they come: a heading ends all of its own level and below. */
export class HeadingPath {
  private readonly open: { level: number; text: string }[] = [];

  enter(level: number, text: string): void {
    while ((this.open.at(-1)?.level ?? 0) >= level) this.open.pop();
    this.open.push({ level, text: text.slice(0, 200) });
  }

  /** Outermost first. */
  current(): string[] {
    return this.open.map((heading) => heading.text);
  }
}
