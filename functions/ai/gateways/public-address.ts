import ipaddr from 'ipaddr.js';

/** Where IPv6 addresses of the public internet begin (RFC 4291, section 2.4; IANA has assigned nothing else). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address belongs to a machine on the public internet. Everything that a registry sets aside is refused:
 * private, loopback, link-local, shared (CGNAT), multicast, documentation and benchmarking ranges, and every form that
 * carries an IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo, ISATAP).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return true;
  return parsed.match(GLOBAL_UNICAST) && !isIsatap(parsed.toByteArray());
}

/** The interface is named by an IPv4 address (RFC 5214, section 6.1). */
function isIsatap(bytes: readonly number[]): boolean {
  return ((bytes[8] ?? 0) & ~0x02) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}
