import { mailModeOf } from "../delivery/mail/mail_mode.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import { isLoopback } from "../platform/network.ts";
import type { ConfigIssue } from "./config.ts";

/** What is missing for the chosen way to send mail. */
export function mailIssues(values: Settings): ConfigIssue[] {
  if (values.SENTINEL_MAIL !== "smtp") return [];
  return (["SENTINEL_SMTP_URL", "SENTINEL_MAIL_FROM"] as const).filter((setting) => values[setting] === undefined)
    .map((setting) => ({ setting, problem: "is required with SENTINEL_MAIL=smtp, which SENTINEL_SMTP_URL implies" }));
}

/** What works in another way than it seems to. */
export function mailWarnings(values: Settings): string[] {
  const { SENTINEL_SMTP_URL: server, SENTINEL_SMTP_PASSWORD: password, SENTINEL_MAIL: chosen } = values;
  const isOpen = chosen === "smtp" && server?.tls === "off" && !isLoopback(server.host);
  return [
    ...chosen === "mailbox" && values.SENTINEL_PUBLIC_URL !== undefined && mailModeOf(values) === "off"
      ? ["mail is off: the mailbox is only for a server that listens on this machine alone; set SENTINEL_SMTP_URL"]
      : [],
    ...isOpen ? ["SENTINEL_SMTP_URL says tls=off: mails, and the links in them, cross the network unencrypted"] : [],
    ...password !== undefined && server?.user === undefined
      ? ["SENTINEL_SMTP_PASSWORD is not used: SENTINEL_SMTP_URL names no user"]
      : [],
  ];
}
