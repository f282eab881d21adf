import type * as z from 'zod';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import type { RedisClient } from '../../shared/clients/redis.ts';
import { type AuthEnv, AwsEnv, readEnv } from '../../shared/config/env-constants.ts';
import { openMailboxFolder } from './gateways/mailbox-folder.ts';
import type { Mailer } from './gateways/mailer.ts';
import { openSesMailer } from './gateways/ses-mailer.ts';

/** The one way out for mail: Amazon SES, or a folder where one is given. */
export function openMailer(env: z.output<typeof AuthEnv>, redis: RedisClient): Mailer {
  if (env.MAILBOX_FOLDER) return openMailboxFolder(env.MAILBOX_FOLDER);
  const aws = readEnv(AwsEnv);
  return openSesMailer({
    from: env.MAIL_FROM,
    region: aws.AWS_REGION,
    endpointUrl: aws.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: aws.AWS_ACCESS_KEY_ID,
      secretAccessKey: aws.AWS_SECRET_ACCESS_KEY,
      sessionToken: aws.AWS_SESSION_TOKEN,
    },
    fetch: openHttpClient({ name: 'ses', timeoutMs: 5_000, redis }).fetch,
  });
}
