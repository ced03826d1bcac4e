import type { Settings } from "../../vocabulary/dictionary.ts";
import { isLoopback } from "../../platform/network.ts";

/** How mail is sent. */
export type MailMode = "smtp" | "mailbox" | "off";

/** Without a mail server, the mailbox is only for a server that nobody else reaches: who opens it reads every link. */
export function mailModeOf({ SENTINEL_MAIL, HOST, SENTINEL_PUBLIC_URL }: Settings): MailMode {
  if (SENTINEL_MAIL !== "mailbox") return SENTINEL_MAIL;
  const url = URL.parse(SENTINEL_PUBLIC_URL);
  return isLoopback(HOST) && url && isLoopback(url.hostname) ? "mailbox" : "off";
}
