import { randomUUID } from 'node:crypto';

/** An answer in S3's own error form. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export function s3ErrorXml(error: S3Error): string {
  const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
  const parts = { Code: error.code, Message: error.message, ...error.details, RequestId: requestId, HostId: 'local' };
  const body = Object.entries(parts).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${body.join('')}</Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
