const BARE = /https?:\/\/[^\s<>"'`|\]]{1,2000}/iy;
const MAX_DESTINATION = 2_000;

/**
 * The address as the browser reads it, if a visitor may be sent there: http or https, and no name or password in it,
 * which serve only to show another host than the one that is visited.
 */
export function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password ? href : undefined;
}

/** An address in running text; punctuation that ends the sentence is not part of it. */
export function readBareAddress(text: string, at: number): string | undefined {
  if (text[at] !== 'h' || /[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return undefined;
  BARE.lastIndex = at;
  let address = BARE.exec(text)?.[0];
  while (address && (/[.,;:!?*_~]$/.test(address) || (address.endsWith(')') && !address.includes('(')))) {
    address = address.slice(0, -1);
  }
  return address && address.length > 'https://'.length ? address : undefined;
}

/** The `(…)` behind a link's text; a title in it is read past. */
export function readDestination(
  text: string,
  at: number,
): { readonly address: string; readonly end: number } | undefined {
  if (text[at] !== '(') return undefined;
  const limit = Math.min(text.length, at + MAX_DESTINATION);
  let open = 0;
  for (let end = at; end < limit; end += 1) {
    if (text[end] === '\n') return undefined;
    if (text[end] === '(') open += 1;
    if (text[end] === ')') open -= 1;
    if (open > 0) continue;
    const [address = ''] = text
      .slice(at + 1, end)
      .trim()
      .split(/\s/, 1);
    return { address: address.replace(/^<(.*)>$/, '$1'), end: end + 1 };
  }
  return undefined;
}
