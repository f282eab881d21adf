interface Rule {
  readonly allows: boolean;
  readonly pattern: string;
}

/** Beyond it nothing is read (RFC 9309, section 2.5). */
const MAX_CHARACTERS = 512_000;
const MAX_RULES = 5_000;

/**
 * Whether a site's robots.txt lets `agent` read a path (with its query): RFC 9309. The groups that name the agent
 * count, else those of `*`; the longest rule that matches decides, and of two as long the one that allows.
 */
export function isAllowedByRobots(robots: string, agent: string, path: string): boolean {
  const groups = readGroups(robots.slice(0, MAX_CHARACTERS));
  const rules = groups.get(agent.toLowerCase()) ?? groups.get('*') ?? [];
  let best: Rule | undefined;
  for (const rule of rules) {
    if (!matches(rule.pattern, path)) continue;
    const longer = best === undefined || rule.pattern.length > best.pattern.length;
    if (longer || (rule.pattern.length === best?.pattern.length && rule.allows)) best = rule;
  }
  return best?.allows ?? true;
}

function readGroups(robots: string): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  let current: Rule[][] = [];
  let isNaming = false;
  let count = 0;
  for (const line of robots.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const [, name = '', value = ''] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
    const field = name.toLowerCase();
    if (field === 'user-agent') {
      if (!isNaming) current = [];
      isNaming = true;
      // Only the product's name counts: `Understudybot/1.0` means us as well.
      const agent = /^(\*|[A-Za-z_-]+)/.exec(value.trim())?.[1]?.toLowerCase() ?? '';
      const rules = groups.get(agent) ?? [];
      groups.set(agent, rules);
      current.push(rules);
    } else if (field === 'allow' || field === 'disallow') {
      isNaming = false;
      const pattern = value.trim();
      count += 1;
      if (pattern === '' || count > MAX_RULES) continue;
      for (const rules of current) rules.push({ allows: field === 'allow', pattern });
    }
  }
  return groups;
}

/** `*` stands for anything, a `$` at the end for the end. Without regular expressions: the pattern is a stranger's. */
function matches(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith('$');
  const pieces = plain(isWhole ? pattern.slice(0, -1) : pattern).split('*');
  const text = plain(path);
  const [first = '', ...rest] = pieces;
  if (!text.startsWith(first)) return false;
  let place = first.length;
  for (const [index, piece] of rest.entries()) {
    if (isWhole && index === rest.length - 1) return text.length - piece.length >= place && text.endsWith(piece);
    const found = text.indexOf(piece, place);
    if (found === -1) return false;
    place = found + piece.length;
  }
  return !isWhole || place === text.length;
}

/** `%7E` and `~` are the same character. */
function plain(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
