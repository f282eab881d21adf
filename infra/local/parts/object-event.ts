import { randomUUID } from 'node:crypto';

export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** With or without quotes. */
  readonly etag: string;
  readonly event: 'Put' | 'Post' | 'Copy' | 'CompleteMultipartUpload';
}

let lastSequencer = 0n;

/** The document that S3 sends for a new object: the key URL-encoded with `+` for a space, the sequencer rising. */
export function objectCreatedEvent(object: CreatedObject, region: string): object {
  const { bucket, key, sizeBytes, etag, event } = object;
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date().toISOString(),
        eventName: `ObjectCreated:${event}`,
        userIdentity: { principalId: 'AWS:local' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': requestId(), 'x-amz-id-2': 'local' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: { name: bucket, ownerIdentity: { principalId: 'LOCAL' }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
            size: sizeBytes,
            eTag: etag.replaceAll('"', ''),
            versionId: randomUUID().replaceAll('-', ''),
            sequencer: nextSequencer(),
          },
        },
      },
    ],
  };
}

/** What S3 sends once when notifications are set up. */
export function testEvent(bucket: string): object {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date().toISOString(),
    Bucket: bucket,
    RequestId: requestId(),
    HostId: 'local',
  };
}

// From the clock, so that it also rises over restarts; counted on when two fall into one tick.
function nextSequencer(): string {
  const now = BigInt(Date.now()) << 16n;
  lastSequencer = now > lastSequencer ? now : lastSequencer + 1n;
  return lastSequencer.toString(16).toUpperCase().padStart(18, '0');
}

function requestId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
}
