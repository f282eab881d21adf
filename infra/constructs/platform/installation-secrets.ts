import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** 43 characters and one `=` are 32 bytes in base64; drawn from 62 characters they hold about 254 bits. */
const KEY_CHARACTERS = 43;

/**
 * The keys of the application, drawn once by Secrets Manager and kept when the stack goes: without the data key no
 * sealed column opens, without the pepper nobody logs in. Templates carry references to them, never their values.
 */
export class InstallationSecrets extends Construct {
  readonly passwordPepper: string;
  readonly dataEncryptionKey: string;
  readonly visitorTokenSecret: string;
  readonly metricsToken: string;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    const draw = (name: string, description: string) =>
      new Secret(this, name, {
        description: `Understudy: ${description}`,
        encryptionKey: props.key,
        generateSecretString: { passwordLength: KEY_CHARACTERS, excludePunctuation: true },
        removalPolicy: RemovalPolicy.RETAIN,
      }).secretValue.unsafeUnwrap();
    this.passwordPepper = `${draw('PasswordPepper', 'mixed into every password')}=`;
    this.dataEncryptionKey = `${draw('DataEncryptionKey', 'key of encrypted columns')}=`;
    this.visitorTokenSecret = `${draw('VisitorTokenSecret', 'signs session tokens of visitors')}=`;
    this.metricsToken = draw('MetricsToken', 'bearer token of /metrics');
  }
}
