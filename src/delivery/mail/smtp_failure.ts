import { SendFailure } from "../outbox/outbox.ts";

/** Why an SMTP server did not take a mail. */
export const mailErrors = [
  "connection",
  "tls",
  "authentication",
  "timeout",
  "refused_for_now",
  "refused",
  "invalid_answer",
  "internal",
] as const;
export type MailError = (typeof mailErrors)[number];

type SmtpError = Error & { code?: string; command?: string; responseCode?: number };

const byCode: Record<string, MailError> = {
  EAUTH: "authentication",
  ENOAUTH: "authentication",
  EOAUTH2: "authentication",
  ETLS: "tls",
  EREQUIRETLS: "tls",
  ETIMEDOUT: "timeout",
  EPROTOCOL: "invalid_answer",
  ECONNECTION: "connection",
  ESOCKET: "connection",
  EDNS: "connection",
};

/** Commands whose refusal with 5xx is about this mail, and not about the server's settings (RFC 5321 §4.2.1). */
const aboutTheMail = /^(?:RCPT TO|DATA)$/;

/** A failure of nodemailer. Its message has the server's answer without addresses, and nothing of the mail's text. */
export function smtpFailure(error: unknown): SendFailure {
  const { code = "", command = "", responseCode = 0, message } = error as SmtpError;
  const about = `${code} ${command} ${responseCode || ""}: ${message}`.replaceAll(/[^\s<]+@[^\s>]+/g, "…").slice(
    0,
    500,
  );
  const isRefused = code === "EENVELOPE" || code === "EMESSAGE";
  if (isRefused && responseCode >= 500 && aboutTheMail.test(command)) {
    return new SendFailure("refused", about, { isPermanent: true });
  }
  const isRefusal = isRefused || code === "EPROTOCOL" && responseCode >= 400; // the latter instead of a greeting
  if (isRefusal) return new SendFailure("refused_for_now", about);
  return new SendFailure(isTls(error as SmtpError) ? "tls" : byCode[code] ?? "connection", about);
}

function isTls({ code, message }: SmtpError): boolean {
  return code === "ESOCKET" && /certificate|tls|ssl|alert|handshake/i.test(message);
}
