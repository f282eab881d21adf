/**
 * The event that GuardDuty sends for an object it has looked at, with the fields of its guide ("Monitoring S3 object
 * scans with Amazon EventBridge").
 */
export function scanResult(
  object: { readonly bucket: string; readonly key: string; readonly versionId: string },
  told: { readonly status?: string; readonly result?: string | undefined } = { result: 'NO_THREATS_FOUND' },
): string {
  const plan = 'arn:aws:guardduty:eu-central-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE';
  return JSON.stringify({
    ...{ version: '0', id: '72c7d362-737a-6dce-fc78-9e27a0171419', source: 'aws.guardduty' },
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    ...{ account: '111122223333', time: '2026-02-28T01:01:01Z', region: 'eu-central-1', resources: [plan] },
    detail: {
      ...{ schemaVersion: '1.0', scanStatus: told.status ?? 'COMPLETED', resourceType: 'S3_OBJECT' },
      s3ObjectDetails: {
        ...{ bucketName: object.bucket, objectKey: object.key, eTag: 'ASIAI44QH8DHBEXAMPLE' },
        ...{ versionId: object.versionId, s3Throttled: false },
      },
      scanResultDetails: {
        ...(told.result !== undefined && { scanResultStatus: told.result }),
        threats: told.result === 'THREATS_FOUND' ? [{ name: 'EICAR-Test-File (not a virus)' }] : null,
      },
    },
  });
}
