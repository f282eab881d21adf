import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openColumnCipher, SealedValueError } from '../../../../shared/security/column-encryption.ts';

const PLACE = { creatorId: '7c9e6679-7425-40de-944b-e07fc1f90ae7', table: 'notes', column: 'text', rowId: '1' };
const masterKey = () => randomBytes(32).toString('base64');

describe('the envelope of columns', () => {
  it('gives back what was sealed, and never seals alike twice', () => {
    const cipher = openColumnCipher(masterKey());
    const sealed = [cipher.seal('Grüße', PLACE), cipher.seal('Grüße', PLACE)];

    expect(sealed.map((text) => cipher.open(text, PLACE))).toEqual(['Grüße', 'Grüße']);
    expect(new Set(sealed).size).toBe(2);
    expect(cipher.open(cipher.seal('', PLACE), PLACE)).toBe('');
  });

  it.each([
    ['another tenant', { creatorId: '16fd2706-8baf-433b-82eb-8c7fada847da' }],
    ['no tenant', { creatorId: undefined }],
    ['another table', { table: 'note' }],
    ['another column', { column: 'title' }],
    ['another row', { rowId: '2' }],
    ['a shifted boundary', { table: 'notestext', column: '' }],
  ])('does not open in %s', (_, change) => {
    const cipher = openColumnCipher(masterKey());

    expect(() => cipher.open(cipher.seal('secret', PLACE), { ...PLACE, ...change })).toThrow(SealedValueError);
  });

  it('does not open after any single byte was changed', () => {
    const cipher = openColumnCipher(masterKey());
    const bytes = Buffer.from(cipher.seal('secret', PLACE).slice(3), 'base64url');

    const outcomes = [...bytes].map((byte, index) => {
      const altered = Buffer.from(bytes);
      altered[index] = byte ^ 1;
      try {
        return cipher.open(`e1.${altered.toString('base64url')}`, PLACE);
      } catch (error) {
        return error instanceof SealedValueError ? 'refused' : error;
      }
    });

    expect(new Set(outcomes)).toEqual(new Set(['refused']));
  });

  it.each(['', 'e1.', 'e1', 'e2.AAAA', 'plain text', `e1.${'A'.repeat(200)}`, `e1.${'A'.repeat(200)}.x`])(
    'does not open %j',
    (text) => {
      expect(() => openColumnCipher(masterKey()).open(text, PLACE)).toThrow(SealedValueError);
    },
  );

  it('does not open another spelling of the same bytes', () => {
    const cipher = openColumnCipher(masterKey());
    const sealed = cipher.seal('secret', PLACE);

    expect(() => cipher.open(`${sealed}=`, PLACE)).toThrow(SealedValueError);
    expect(() => cipher.open(`${sealed}\n`, PLACE)).toThrow(SealedValueError);
  });

  it('does not open under another master key', () => {
    const sealed = openColumnCipher(masterKey()).seal('secret', PLACE);

    expect(() => openColumnCipher(masterKey()).open(sealed, PLACE)).toThrow(SealedValueError);
  });

  it.each([0, 16, 31, 33])('refuses a master key of %i bytes', (length) => {
    expect(() => openColumnCipher(randomBytes(length).toString('base64'))).toThrow(RangeError);
  });
});
