import { describe, expect, it } from 'vitest';
import { openSesMailer } from '../../../../../functions/auth/gateways/ses-mailer.ts';
import { signAwsRequest } from '../../../../../functions/auth/gateways/sign-aws-request.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const mail = { to: 'ada@example.test', subject: 'Grüße', text: 'Hello', html: '<p>Hello</p>' };

it('signs as the example in the AWS reference does', () => {
  const headers = signAwsRequest(
    {
      method: 'GET',
      url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: '',
    },
    { credentials, region: 'us-east-1', service: 'iam', at: new Date('2015-08-30T12:36:00Z') },
  );

  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  );
});

describe('mail by Amazon SES', () => {
  const open = (answer: Response, sent: { url?: URL; init?: RequestInit } = {}) =>
    openSesMailer({
      from: 'us@example.test',
      region: 'eu-central-1',
      credentials: { ...credentials, sessionToken: 'session' },
      fetch: async (url, init) => {
        Object.assign(sent, { url, init });
        return answer;
      },
    });

  it('is posted signed, with both forms of the text', async () => {
    const sent: { url?: URL; init?: RequestInit } = {};

    await open(Response.json({ MessageId: '1' }), sent).send(mail);

    expect(String(sent.url)).toBe('https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails');
    expect(sent.init?.headers).toMatchObject({
      'x-amz-security-token': 'session',
      authorization: expect.stringContaining('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token'),
    });
    expect(JSON.parse(String(sent.init?.body))).toMatchObject({
      Destination: { ToAddresses: ['ada@example.test'] },
      Content: { Simple: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'Hello' }, Html: { Data: mail.html } } } },
    });
  });

  it('fails without telling the address when it is refused', async () => {
    const refusal = Response.json({ message: 'Email address is not verified: ada@example.test' }, { status: 400 });

    const error = await open(refusal)
      .send(mail)
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(String((error as Error).cause)).not.toContain('ada@');
  });
});
