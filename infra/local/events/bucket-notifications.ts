import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { AwsGateway } from '../parts/aws-gateway.ts';
import type { LocalQueue } from '../parts/local-queue.ts';
import type { BucketModel, BucketNotification } from '../template/stack-model.ts';
import { TemplateError } from '../template/template-error.ts';

const ObjectEvent = z.object({
  Records: z.array(z.looseObject({ eventName: z.string(), s3: z.object({ object: z.object({ key: z.string() }) }) })),
});

/**
 * Sends S3's notifications to the queues that the bucket's configuration names. As on AWS the test event comes once,
 * when the notification is set up; `folder` remembers that.
 *
 * @throws TemplateError when the configuration names a queue that the stack does not have
 */
export async function bridgeNotifications(
  bucket: BucketModel,
  gateway: Pick<AwsGateway, 'onObjectCreated'>,
  queues: ReadonlyMap<string, LocalQueue>,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, notification] of bucket.notifications.entries()) {
    const queue = queues.get(notification.queueArn);
    if (!queue) throw new TemplateError(`the bucket ${bucket.logicalId} notifies a queue that the stack does not have`);
    const mark = join(folder, `${bucket.name}-${index}`);
    await gateway.onObjectCreated(bucket.name, async (document) => {
      const { success, data } = ObjectEvent.safeParse(document);
      if (success)
        return data.Records.every((record) => fits(notification, record))
          ? queue.send(JSON.stringify(document))
          : undefined;
      if (existsSync(mark)) return;
      await queue.send(JSON.stringify(document));
      await writeFile(mark, '');
    });
  }
}

function fits(
  { event, prefix, suffix }: BucketNotification,
  record: z.infer<typeof ObjectEvent>['Records'][number],
): boolean {
  const key = decodeURIComponent(record.s3.object.key.replaceAll('+', ' '));
  const wanted = event.replace(/^s3:/, '');
  const named = wanted.endsWith('*') ? record.eventName.startsWith(wanted.slice(0, -1)) : record.eventName === wanted;
  return named && key.startsWith(prefix) && key.endsWith(suffix);
}
