import { describe, expect, test } from 'vitest';
import { readIngestMessage } from '../../../../../../functions/ai/use-cases/ingest/read-ingest-message.ts';

const CREATOR = '11111111-1111-4111-8111-111111111111';
const DOCUMENT = '22222222-2222-4222-8222-222222222222';
const UPLOAD = '33333333-3333-4333-8333-333333333333';

const record = (object: Record<string, unknown>, eventName = 'ObjectCreated:Post') => ({ eventName, s3: { object } });
const read = (message: unknown) => readIngestMessage(typeof message === 'string' ? message : JSON.stringify(message));

test('an arrived file is read from its key, url-decoded, with its sequencer and version', () => {
  const key = `creators%2F${CREATOR}/${DOCUMENT}/${UPLOAD}`;

  const { tasks } = read({ Records: [record({ key, sequencer: '0A1B', versionId: 'v1' })] });

  expect(tasks).toEqual([
    {
      ...{ kind: 'arrived', creatorId: CREATOR, documentId: DOCUMENT, uploadId: UPLOAD, sequencer: '0A1B' },
      ...{ key: `creators/${CREATOR}/${DOCUMENT}/${UPLOAD}`, objectVersion: 'v1' },
    },
  ]);
});

test('each record of an event is a task of its own, and bad ones do not hide the good', () => {
  const good = record({ key: `creators/${CREATOR}/${DOCUMENT}/${UPLOAD}`, sequencer: '01' });

  expect(read({ Records: [{ nonsense: true }, good, record({ key: 'x', sequencer: '01' }), good] }).tasks).toHaveLength(
    2,
  );
});

test.each(['process', 'collect'] as const)('our own message to %s is understood', (kind) => {
  const message = { kind: `document.${kind}`, creator_id: CREATOR, document_id: DOCUMENT };

  expect(read(message).tasks).toEqual([{ kind, creatorId: CREATOR, documentId: DOCUMENT }]);
});

describe('is ignored, with a reason and without an error:', () => {
  const key = `creators/${CREATOR}/${DOCUMENT}/${UPLOAD}`;

  test.each<[string, unknown]>([
    ['the test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }],
    ['text', 'not json {'],
    ['nothing', ''],
    ['null', null],
    ['an unknown kind', { kind: 'document.explode', creator_id: CREATOR, document_id: DOCUMENT }],
    ['an id that is none', { kind: 'document.process', creator_id: "' or 1=1", document_id: DOCUMENT }],
    ['a removal', { Records: [record({ key, sequencer: '01' }, 'ObjectRemoved:Delete')] }],
    ['a key that climbs', { Records: [record({ key: `creators/${CREATOR}/../${UPLOAD}`, sequencer: '01' })] }],
    ['a key with more behind it', { Records: [record({ key: `${key}/x`, sequencer: '01' })] }],
    ['a key of another folder', { Records: [record({ key: key.replace('creators', 'exports'), sequencer: '01' })] }],
    ['a key that does not decode', { Records: [record({ key: '%E0%A4%A', sequencer: '01' })] }],
    ['a sequencer that is none', { Records: [record({ key, sequencer: 'zz' })] }],
    ['a list that is none', { Records: 'all of them' }],
  ])('%s', (_, message) => {
    const { tasks, ignored } = read(message);

    expect(tasks).toEqual([]);
    expect(ignored).toBeTypeOf('string');
  });
});
