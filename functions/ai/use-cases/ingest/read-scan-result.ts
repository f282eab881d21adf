import * as z from 'zod';
import type { ScanVerdict } from '../../../../shared/lifecycles/document/scan-verdict.ts';

/**
 * The event that GuardDuty sends for every object it has looked at, or could not look at, as its guide describes it
 * ("Monitoring S3 object scans with Amazon EventBridge"). Fields that decide nothing are let be.
 */
const ScanResult = z.object({
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Malware Protection Object Scan Result'),
  detail: z.object({
    scanStatus: z.string().max(64),
    resourceType: z.literal('S3_OBJECT').optional(),
    s3ObjectDetails: z.object({
      bucketName: z.string().min(1).max(255),
      objectKey: z.string().max(1_024),
      versionId: z.string().max(1_024).nullish(),
    }),
    scanResultDetails: z.object({ scanResultStatus: z.string().max(64) }).nullish(),
  }),
});

export interface ReadScanResult {
  readonly bucket: string;
  readonly key: string;
  /** Empty where the bucket keeps no versions. */
  readonly objectVersion: string;
  /** Undefined when nobody has looked: no right to the object, or a failure of the scan itself. */
  readonly verdict: ScanVerdict | undefined;
  /** As GuardDuty calls it, for the log. */
  readonly told: string;
}

/** Undefined for what is no such event. */
export function readScanResult(message: unknown): ReadScanResult | undefined {
  const event = ScanResult.safeParse(message);
  if (!event.success) return undefined;
  const { scanStatus, s3ObjectDetails, scanResultDetails } = event.data.detail;
  const result = scanResultDetails?.scanResultStatus ?? '';
  const version = s3ObjectDetails.versionId ?? '';
  return {
    bucket: s3ObjectDetails.bucketName,
    key: s3ObjectDetails.objectKey,
    objectVersion: version === 'null' ? '' : version,
    verdict: verdictOf(scanStatus, result),
    told: `${scanStatus} ${result}`.trim(),
  };
}

/** Clean takes a scan that was completed; a threat is one whatever else is told; what is not known decides nothing. */
function verdictOf(status: string, result: string): ScanVerdict | undefined {
  if (result === 'THREATS_FOUND') return 'threat';
  if (result === 'NO_THREATS_FOUND') return status === 'COMPLETED' ? 'clean' : undefined;
  return result === 'UNSUPPORTED' ? 'unsupported' : undefined;
}
