import { expect, test } from 'vitest';
import { isAllowedByRobots } from '../../../../../functions/ai/gateways/robots.ts';

const allows = (robots: string, path: string) => isAllowedByRobots(robots, 'understudybot', path);

test.each([
  ['nothing is said', '', '/a', true],
  ['everything is closed to all', 'User-agent: *\nDisallow: /', '/a', false],
  ['an empty rule closes nothing', 'User-agent: *\nDisallow:', '/a', true],
  ['others are shut out', 'User-agent: GPTBot\nDisallow: /', '/a', true],
  ['we are named, in any case', 'User-Agent: UnderstudyBot\r\nDisallow: /private # not yours', '/private/x', false],
  [
    'our own group counts, not that of all',
    'User-agent: *\nDisallow: /\n\nUser-agent: understudybot\nAllow: /',
    '/a',
    true,
  ],
  ['a group may have several names', 'User-agent: one\nUser-agent: understudybot/2.0\nDisallow: /', '/a', false],
  [
    'two groups for one name are one',
    'User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /b',
    '/b',
    false,
  ],
  ['the longest rule wins', 'User-agent: *\nDisallow: /\nAllow: /open/', '/open/a', true],
  ['of rules as long the one that allows wins', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
  ['a star stands for anything', 'User-agent: *\nDisallow: /*/private', '/x/y/private', false],
  ['a dollar stands for the end', 'User-agent: *\nDisallow: /*.php$', '/a.php?x=1', true],
  ['… and closes what ends there', 'User-agent: *\nDisallow: /*.php$', '/a/b.php', false],
  ['escapes are the characters they mean', 'User-agent: *\nDisallow: /%7Ejoe', '/~joe/', false],
])('when %s', (_, robots, path, expected) => {
  expect(allows(robots, path)).toBe(expected);
});

test('a hostile pattern is decided in no time', () => {
  const robots = `User-agent: *\nDisallow: /${'a*'.repeat(5_000)}b`;
  const startedAt = performance.now();

  expect(allows(robots, `/${'a'.repeat(20_000)}`)).toBe(true);

  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
