import type { KeptMail } from "../../delivery/mail/mailbox.ts";
import type { Sentinel } from "../harness.ts";
import { until } from "../servers/process.ts";

/** Settings with which mails are kept in memory. */
export const mailboxOn = { SENTINEL_MAIL: "mailbox" };

/** The newest mail to this address, of this letter if given, once it is there. */
export async function mailTo(sentinel: Sentinel, address: string, letter?: string): Promise<KeptMail> {
  let found: KeptMail | undefined;
  await until(`there is a mail to ${address}`, async () => {
    found = (await mailsTo(sentinel, address)).find((mail) => letter === undefined || mail.letter === letter);
    return found !== undefined;
  });
  return found!;
}

/** All mails to this address, the newest first, after everything that waits was sent. */
export async function mailsTo({ outbox, mailbox, db }: Sentinel, address: string): Promise<KeptMail[]> {
  await outbox.deliver();
  await until("no mail is on its way", async () => {
    const [row] = await db.query<{ count: number }>(
      "test",
      "select count(*)::int as count from outbox where done_at is null and dead_at is null",
    );
    return row!.count === 0;
  });
  return mailbox.list().filter(({ to }) => to === address);
}

/** The ticket in the link of a mail. */
export function ticketOf({ link }: KeptMail): string {
  return new URL(link!).searchParams.get("ticket")!;
}
