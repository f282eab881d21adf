/** The last few of the ids that were added. */
export class RecentIds {
  private readonly most: number;
  private readonly ids = new Set<string>();

  constructor(most: number) {
    this.most = most;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.delete(id);
    this.ids.add(id);
    for (const oldest of this.ids) {
      if (this.ids.size <= this.most) return;
      this.ids.delete(oldest);
    }
  }
}
