import type { Mail } from "./mailer.ts";

/** A mail in the mailbox, with what its letter was about. */
export type KeptMail = Mail & { letter: string; code: string | undefined; link: string | undefined };

export type Mailbox = ReturnType<typeof createMailbox>;

const mailsMax = 100;

/** The last mails of this process in place of a mail server, for development. */
export function createMailbox() {
  let kept: KeptMail[] = [];
  return {
    keep: (mail: KeptMail) => void (kept = [mail, ...kept.filter(({ id }) => id !== mail.id)].slice(0, mailsMax)),
    /** The newest first. */
    list: (): readonly KeptMail[] => kept,
    empty: () => void (kept = []),
  };
}
