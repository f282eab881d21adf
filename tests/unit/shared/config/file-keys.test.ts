import { describe, expect, test } from 'vitest';
import { creatorPrefix, documentPrefix, fileKey, readFileKey } from '../../../../shared/config/file-keys.ts';

const CREATOR = '0d8f1c1e-6a4b-4c7e-9f57-2f0e5a1b3c4d';
const DOCUMENT = '7b1e9c52-3d4f-4a8b-8c6d-9e0f1a2b3c4d';
const UPLOAD = '1a2b3c4d-3d4f-4a8b-8c6d-9e0f1a2b3c4d';

describe('keys of files', () => {
  test('hold ids alone and begin with the creator’s', () => {
    const key = fileKey(CREATOR, DOCUMENT, UPLOAD);

    expect(key).toBe(`creators/${CREATOR}/${DOCUMENT}/${UPLOAD}`);
    expect(key.startsWith(documentPrefix(CREATOR, DOCUMENT))).toBe(true);
    expect(readFileKey(key)).toEqual({ creatorId: CREATOR, documentId: DOCUMENT, uploadId: UPLOAD });
  });

  test.each(['', '..', `${CREATOR}/..`, CREATOR.toUpperCase(), `${CREATOR} `, '*', `${CREATOR}/`])(
    'are never made of %j',
    (hostile) => {
      expect(() => creatorPrefix(hostile)).toThrow(TypeError);
      expect(() => documentPrefix(CREATOR, hostile)).toThrow(TypeError);
      expect(() => fileKey(hostile, DOCUMENT, UPLOAD)).toThrow(TypeError);
      expect(() => fileKey(CREATOR, DOCUMENT, hostile)).toThrow(TypeError);
    },
  );

  test.each([
    `creators/${CREATOR}/${DOCUMENT}`,
    `creators/${CREATOR}/${DOCUMENT}/${UPLOAD}/more`,
    `x/creators/${CREATOR}/${DOCUMENT}/${UPLOAD}`,
    `creators/${CREATOR}/../${UPLOAD}`,
    `exports/${CREATOR}/${DOCUMENT}/${UPLOAD}`,
  ])('are not read from %j', (key) => {
    expect(readFileKey(key)).toBeUndefined();
  });
});
