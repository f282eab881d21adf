import { expect, test } from 'vitest';
import { register } from '../../../../../functions/auth/routes/register.ts';

const registration = { email: 'me@example.org', password: 'a long enough password', display_name: ' Mara ' };

test('a registration takes a name of one line, trimmed', () => {
  expect(register.input.body?.parse(registration)).toMatchObject({ display_name: 'Mara' });
});

test.each(['a\u0000b', 'two\nlines', '   '])(
  'a registration refuses the name %j, which Postgres or a page cannot hold',
  (name) => {
    expect(register.input.body?.safeParse({ ...registration, display_name: name }).success).toBe(false);
  },
);
