import { isIPv6 } from 'node:net';

/**
 * What a client's address counts as: an IPv4 address as it is, of an IPv6 address the first 64 bits. Whoever has one of those
 * has 2^64 of them (RFC 6177), and could otherwise come from another one each time.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return address;
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical);
  if (mapped) return mapped.slice(1).flatMap(bytesOf).join('.');
  const [left = [], right = []] = canonical.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
