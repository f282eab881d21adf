import ipaddr from 'ipaddr.js';

/** Where IPv6 addresses of the public internet begin (RFC 4291, section 2.4; IANA has assigned nothing else). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address belongs to a machine on the public internet. Everything that a registry sets aside is refused:
 * private, loopback, link-local, shared (CGNAT), multicast, documentation and benchmarking ranges, and every form that
 * carries an IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}
