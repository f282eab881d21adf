/**
 * Signs that turn the order of what follows around (a link could show another host than its own). Every paragraph, cell
 * and quotation has its own direction anyway.
 */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside, as it may be shown. */
export function visible(text: string): string {
  return text.replace(TURNING, '');
}
