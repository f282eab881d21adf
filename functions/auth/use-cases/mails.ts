import type { Mail } from '../gateways/mailer.ts';
import type { SpendWarning } from '../repositories/spend-warnings.ts';

// No mail repeats what a form was filled with: whoever enters another's address could speak to them through us.

export function verificationMail(to: string, consoleUrl: string, token: string): Mail {
  return compose(to, 'Confirm your e-mail address', {
    before: 'Please confirm that this address is yours and start with Understudy.',
    link: { label: 'Confirm my address', url: `${consoleUrl}/verify?token=${token}` },
    after: 'The link is good for 24 hours. If you did not ask for it, do nothing: no account comes into being.',
  });
}

export function alreadyRegisteredMail(to: string, consoleUrl: string): Mail {
  return compose(to, 'You already have an account', {
    before: 'Somebody, probably you, asked to open an account with this address. You have one already.',
    link: { label: 'Sign in', url: `${consoleUrl}/` },
    after: 'If the password has slipped your mind, ask for a new one there. If it was not you, do nothing.',
  });
}

export function passwordResetMail(to: string, consoleUrl: string, token: string): Mail {
  return compose(to, 'Choose a new password', {
    before: 'Somebody, probably you, asked to set a new password for your account.',
    link: { label: 'Choose a new password', url: `${consoleUrl}/reset?token=${token}` },
    after: 'The link is good for one hour. If it was not you, do nothing: your password stays as it is.',
  });
}

export function passwordChangedMail(to: string, consoleUrl: string): Mail {
  return compose(to, 'Your password was changed', {
    before: 'The password of your account has just been changed, and all other sessions were ended.',
    link: { label: 'Open Understudy', url: `${consoleUrl}/` },
    after: 'If it was not you, ask for a new password at once.',
  });
}

/** What visitors meet from now on, and how long. */
export function spendWarningMail(
  to: string,
  consoleUrl: string,
  { level, day, dailyLimit, answers }: SpendWarning,
): Mail {
  const link = { label: 'Open Understudy', url: `${consoleUrl}/` };
  const anew = 'Counting begins anew at midnight UTC, and you may change the limit at any time in your settings.';
  if (level === 'reached') {
    return compose(to, 'Your assistant has reached its daily limit', {
      before: `Your assistant has given all ${dailyLimit} answers that you allow it for a day (${day}, UTC).`,
      link,
      after: `Visitors who ask now are told to come back tomorrow. ${anew}`,
    });
  }
  return compose(to, 'Your assistant is near its daily limit', {
    before: `Your assistant has given ${answers} of the ${dailyLimit} answers that you allow it for a day (${day}, UTC).`,
    link,
    after: `When the limit is reached, visitors are told to come back tomorrow. ${anew}`,
  });
}

interface Content {
  readonly before: string;
  readonly link: { readonly label: string; readonly url: string };
  readonly after: string;
}

function compose(to: string, subject: string, { before, link, after }: Content): Mail {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36rem; margin: 2rem auto; padding: 0 1rem">
<h1 style="font-size: 1.25rem">${escapeHtml(subject)}</h1>
<p>${escapeHtml(before)}</p>
<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>
<p>${escapeHtml(after)}</p>
</body></html>
`;
  return { to, subject, text: `${before}\n\n${link.label}: ${link.url}\n\n${after}\n`, html };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
