import { ChannelApiError } from './channel-api.ts';

/** So often in a row a page must be refused without a reason that it may read, while the service is well. */
const REFUSALS = 2;

/**
 * Tells a page that is wanted no more from a broken line. A page without the right may not even read that it has none: to
 * it, both look the same. But then the service is well, or has said before that the page is wanted no more.
 */
export class ShutOut {
  readonly #isWell: () => Promise<boolean>;
  #isDismissed = false;
  #refusals = 0;

  /** `isWell` asks the service how it is, in a way that every page may read. */
  constructor(isWell: () => Promise<boolean>) {
    this.#isWell = isWell;
  }

  /** The service said that this page, or its conversation, is wanted no more. */
  dismiss(): void {
    this.#isDismissed = true;
  }

  /** The page was let in: what was said before counts no more. */
  letIn(): void {
    this.#isDismissed = false;
    this.#refusals = 0;
  }

  /** Whether that is what the error of an attempt to come in means. */
  async explains(error: unknown): Promise<boolean> {
    if (error instanceof ChannelApiError || !navigator.onLine) return false;
    if (this.#isDismissed) return true;
    if (!(error instanceof TypeError)) return false;
    this.#refusals = (await this.#isWell()) ? this.#refusals + 1 : 0;
    return this.#refusals >= REFUSALS;
  }
}
