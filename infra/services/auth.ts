import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { commonEnvironment, partsEnvironment, type ServiceContext } from './service-context.ts';

/** Accounts, sessions and keys; also the paths of the whole (health, pages, the 404 of unknown paths). */
export class AuthService extends Construct {
  readonly api: ServiceFunction;

  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id);
    const { buildFolder, parameters } = context;
    const environment = {
      ...commonEnvironment('auth', context),
      PASSWORD_PEPPER: parameters.PasswordPepper,
      DATA_ENCRYPTION_KEY: parameters.DataEncryptionKey,
      SESSION_IDLE_DAYS: parameters.SessionIdleDays,
      QUOTA_API_KEYS: parameters.QuotaApiKeys,
      CONSOLE_URL: context.consoleUrl,
      MAIL_FROM: parameters.MailFrom,
      MAILBOX_FOLDER: parameters.MailboxFolder,
    };
    // A password hash wants most of a core: 1,769 MB would be a whole one.
    this.api = new ServiceFunction(this, 'Api', {
      name: 'auth-api',
      buildFolder,
      // At the root it tells whether the whole is ready.
      environment: { ...environment, ...partsEnvironment(context) },
      timeoutSeconds: 29,
      memoryMb: 1024,
    });
    // Which identities may send is settled where they are verified, and MailFrom is known at deployment only.
    const identities = `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:identity/*`;
    this.api.allow(['ses:SendEmail'], identities);
    new ScheduledFunction(this, 'RotateKeys', {
      schedule: 'rate(1 day)',
      worker: { name: 'auth-rotate-keys', buildFolder, environment, timeoutSeconds: 60, memoryMb: 512 },
    });
    const warnSpending = new ScheduledFunction(this, 'WarnSpending', {
      schedule: 'rate(1 minute)',
      worker: { name: 'auth-warn-spending', buildFolder, environment, timeoutSeconds: 60, memoryMb: 512 },
    });
    warnSpending.worker.allow(['ses:SendEmail'], identities);
  }
}
