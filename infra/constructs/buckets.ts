import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  HttpMethods,
} from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const LOCKED: BucketProps = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
};

/**
 * The quarantine: browsers post here with a signed form, nothing is read from here but by the ingest worker, and
 * whatever is left goes after a day. Versioned, so that a scan and a copy speak of the same bytes.
 */
export class UploadsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly pageOrigin: string }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...LOCKED,
      versioned: true,
      lifecycleRules: [
        {
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        { expiredObjectDeleteMarker: true },
      ],
      cors: [
        { allowedMethods: [HttpMethods.POST], allowedOrigins: [props.pageOrigin], allowedHeaders: ['*'], maxAge: 600 },
      ],
    });
  }

  get resource(): CfnBucket {
    return resourceOf(this.bucket);
  }

  /**
   * Every new object becomes a message. Written as the bucket's own property: the library's helper for it would
   * bring a Python function along.
   */
  notify(queue: Queue): void {
    const permission = queue.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': this.arnPattern() },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
    const { resource } = this;
    resource.notificationConfiguration = {
      queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: queue.queueArn }],
    };
    // S3 tries the queue when the notification is set, so the permission must stand before the bucket.
    if (permission.policyDependable) resource.node.addDependency(permission.policyDependable);
  }

  /**
   * The policy must stand before the bucket, so it cannot name the bucket. CloudFormation begins the names it makes
   * up with the stack's name in lower case; the condition on the account closes what the pattern leaves open.
   */
  private arnPattern(): string {
    const { stackName } = Stack.of(this);
    if (!/^[a-z][a-z0-9-]{0,23}$/.test(stackName)) {
      throw new Error(`the stack's name must be short and in lower case to begin bucket names: ${stackName}`);
    }
    return `arn:${Aws.PARTITION}:s3:::${stackName}-*`;
  }
}

/** Clean originals; nothing is notified. Not versioned: what a creator deletes is gone. */
export class LibraryBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...LOCKED,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }

  get resource(): CfnBucket {
    return resourceOf(this.bucket);
  }
}

function resourceOf(bucket: Bucket): CfnBucket {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no resource');
  return resource;
}
