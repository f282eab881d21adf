/** One mail in both forms; nothing in it is escaped or cut any more. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The way out for mail: SES, or a folder on the local host. */
export interface Mailer {
  /** Resolves once the mail is accepted for delivery. @throws APIError UPSTREAM_FAILED when it is not */
  send(mail: Mail): Promise<void>;
}
