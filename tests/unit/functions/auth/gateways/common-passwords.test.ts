import { describe, expect, test } from 'vitest';
import { openCommonPasswords } from '../../../../../functions/auth/gateways/common-passwords.ts';

describe('the common passwords', () => {
  const isCommon = openCommonPasswords();

  test.each(['password1234', 'PASSWORD1234', 'ｐａｓｓｗｏｒｄ1234', 'administrator'])('hold %s', (password) => {
    expect(isCommon(password)).toBe(true);
  });

  test.each(['a long enough password', 'correct horse battery staple', ''])('do not hold %j', (password) => {
    expect(isCommon(password)).toBe(false);
  });
});
