import { WidgetConfigError } from '../../../shared/errors/widget-config-error.ts';

/** Host names as a browser writes them in `Origin`: lower case, punycode, or an address. */
const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])$/;

/**
 * Lets through only what a browser can send as `Origin`, letter for letter: `scheme://host[:port]`. An entry that is
 * merely close (`https://Example.com/`) would silently let nobody in, so it is refused with the form it should have.
 *
 * @throws WidgetConfigError naming every entry that cannot match
 */
export function checkAllowedOrigins(origins: readonly string[]): string[] {
  const fields = origins.flatMap((origin, index) => {
    const message = faultOf(origin);
    return message === undefined ? [] : [{ path: `allowed_origins.${index}`, message }];
  });
  if (fields.length > 0) throw new WidgetConfigError('Some of the allowed origins can never match.', { fields });
  return [...new Set(origins)];
}

function faultOf(origin: string): string | undefined {
  if (origin === 'null') return 'The origin null belongs to no page.';
  if (origin.includes('*')) return 'Wildcards are not allowed: name each origin.';
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url) return 'Write an origin as https://example.com.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Only http and https pages have an origin.';
  if (url.origin !== origin) return `Write it as ${url.origin}.`;
  return HOST.test(url.hostname) ? undefined : 'This is not a host name.';
}
