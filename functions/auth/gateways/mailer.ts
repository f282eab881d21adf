export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /** Resolves once the mail is accepted for delivery. @throws APIError UPSTREAM_FAILED when it is not */
  send(mail: Mail): Promise<void>;
}
