import type { createTransport } from "nodemailer";
import { deadlineMs } from "../../platform/deadlines.ts";
import { lazily } from "../../platform/once.ts";
import { parallelMax, SendFailure } from "../outbox/outbox.ts";
import type { SmtpServer } from "../../vocabulary/settings/smtp_url.ts";
import { smtpFailure } from "./smtp_failure.ts";

/** A mail that is ready to be sent. `id` makes its Message-ID, which is the same each time it is sent. */
export type Mail = { id: string; to: string; date: Date; subject: string; text: string; html: string };

export interface MailerOptions {
  server: SmtpServer;
  /** In PEM; the system's authorities without it. */
  ca: string | undefined;
  from: { name: string; address: string };
  /** The host of the public URL: the name in EHLO, and the right side of each Message-ID. */
  host: string;
}

export type Mailer = ReturnType<typeof createMailer>;

/** Shorter than the lease of a row in the outbox, so that no other replica sends the same mail meanwhile. */
const sendTimeoutMs = 45_000;
/** Costs 6 MB: a server that sends no mail does without it. */
const nodemailer = lazily(() => import("nodemailer"));

const timeouts = { dnsTimeout: 5_000, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 20_000 };

/** Sends mails through an SMTP server, over a few connections that are kept open. */
export function createMailer({ server, ca, from, host }: MailerOptions) {
  let transport: ReturnType<typeof open> | undefined;
  const closing = Promise.withResolvers<never>();
  closing.promise.catch(() => {}); // nothing may be waiting when it stops
  return { send, close };

  /** Sends the mail and returns what the server answered. @throws {SendFailure} */
  async function send({ id, to, date, subject, text, html }: Mail): Promise<string> {
    const { createTransport } = await nodemailer();
    const used = transport ??= open(createTransport);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SendFailure("timeout", "no answer in time")), deadlineMs(sendTimeoutMs));
    });
    const sending = used.sendMail({
      from,
      to: { name: "", address: to },
      subject,
      text,
      html,
      date,
      messageId: `<${id}@${host}>`,
      headers: { "Auto-Submitted": "auto-generated" }, // RFC 3834 §5: no program answers it
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      return (await Promise.race([sending, late, closing.promise])).response;
    } catch (error) {
      sending.catch(() => {});
      if (!(error instanceof SendFailure)) throw smtpFailure(error);
      if (used === transport) transport = undefined; // a mail that is given up must not arrive later
      used.close({ force: true });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends every connection. Mails on their way fail, and are sent by the next process. */
  function close(): void {
    closing.reject(new SendFailure("connection", "Sentinel is stopping"));
    transport?.close({ force: true });
  }

  function open(create: typeof createTransport) {
    const { user, password = "", tls } = server;
    return create({
      pool: true,
      maxConnections: parallelMax,
      host: server.host,
      port: server.port,
      name: host,
      secure: tls === "implicit",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "off",
      ...(user !== undefined && { auth: { user, pass: password } }),
      tls: { minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) },
      disableFileAccess: true,
      disableUrlAccess: true,
      ...timeouts,
    });
  }
}
