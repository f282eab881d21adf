import { describe, expect, test } from 'vitest';
import { readCommand } from '../../../../infra/local/command-options.ts';

describe('the options of npm start', () => {
  test('have defaults', () => {
    expect(readCommand([], {}, true)).toEqual({
      fresh: false,
      port: 8080,
      dataFolder: '.local',
      colour: true,
    });
  });

  test('come from variables, and from the command line first', () => {
    const env = { PORT: '9000', UNDERSTUDY_DATA: '/data', NO_COLOR: '1' };

    expect(readCommand([], env, true)).toMatchObject({ port: 9000, dataFolder: '/data', colour: false });
    expect(readCommand(['--port', '9001', '--fresh'], env, true)).toMatchObject({ port: 9001, fresh: true });
  });

  test.each([
    [['--nonsense'], {}, /--nonsense/],
    [['extra'], {}, /extra/],
    [['--port'], {}, /port/],
    [[], { PORT: 'http' }, /http is no port/],
    [[], { PORT: '70000' }, /70000 is no port/],
    [[], { RATE_LIMIT_FACTOR: 'abc' }, /RATE_LIMIT_FACTOR/],
    [[], { RATE_LIMIT_FACTOR: '0' }, /RATE_LIMIT_FACTOR/],
    [[], { QUOTA_DOCUMENTS: '-1' }, /QUOTA_DOCUMENTS/],
    [[], { SESSION_IDLE_DAYS: '400' }, /SESSION_IDLE_DAYS/],
    [[], { SESSION_MARK_SECONDS: '1' }, /SESSION_MARK_SECONDS/],
    [[], { LOG_LEVEL: 'LOUD' }, /LOG_LEVEL/],
  ])('%j with %j is refused in one line', (args, env, line) => {
    expect(() => readCommand(args, env, true)).toThrow(line);
    expect(() => readCommand(args, env, true)).toThrow(/^[^\n]+$/);
  });
});
