import type { Db, Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { deviceOf } from "../../vocabulary/user_agent.ts";
import type { Delivery, Outbox, OutboxRow } from "../outbox/outbox.ts";
import { type LetterFrame, renderLetter } from "./letter_rendering.ts";
import { languages, type LetterName, type LetterValues, type Where } from "./letters.ts";
import type { KeptMail } from "./mailbox.ts";

/** A letter without its words: whom it goes to, and what it says. */
export type Letter<L extends LetterName = LetterName> = { to: string; name: string; values: LetterValues[L] };

/** Makes the letter when it is sent; undefined when it is not worth sending. Links are derived here, and not stored. */
export type Preparer<L extends LetterName> = (row: OutboxRow, tx: Tx) => Promise<Letter<L> | undefined>;

/** Letters that only say what has happened. Their values are in the payload. */
type Notice = { [L in LetterName]: LetterValues[L] extends Where ? L : never }[LetterName];
type NoticeValues<L extends Notice> = Omit<LetterValues[L], keyof Where>;

export type Mails = ReturnType<typeof createMails>;

/** Writes letters into the outbox, and turns its rows into mails. With `isOn` false it writes none. */
export function createMails({ outbox, frame, isOn, send }: {
  outbox: Outbox;
  frame: LetterFrame;
  isOn: boolean;
  send: (mail: KeptMail) => Promise<void>;
}) {
  const preparers = new Map<string, Preparer<LetterName>>();
  if (isOn) outbox.register("mail", { render, send } satisfies Delivery<KeptMail>);
  return { isOn, prepareBy, write, notify, notifyAll, notifyAddress };

  function prepareBy<L extends LetterName>(letter: L, preparer: Preparer<L>): void {
    preparers.set(letter, preparer as unknown as Preparer<LetterName>);
  }

  /** Writes a letter that {@link prepareBy} completes. */
  async function write(tx: Db, letter: LetterName, params: Record<string, unknown>, id?: string): Promise<void> {
    if (isOn) await outbox.enqueue(tx, "mail", { letter, ...params }, id);
  }

  /** Tells the user what was done to the account, at the address of this point of the transaction, if any. */
  async function notify<L extends Notice>(tx: Db, userId: string, letter: L, client: Client, values: NoticeValues<L>) {
    await notifyAll(tx, letter, [{ userId, client, values }]);
  }

  /** As {@link notify}, several users in one statement. */
  async function notifyAll<L extends Notice>(
    tx: Db,
    letter: L,
    notices: { userId: string; client: Client; values: NoticeValues<L> }[],
  ): Promise<void> {
    if (!isOn || notices.length === 0) return;
    const messages = notices.map(({ userId, client, values }) => (
      { userId, payload: { letter, values: { ...values, ...sender(client) } } }
    ));
    await outbox.enqueueTo(tx, "mail", messages);
  }

  /** As {@link notify}, to an address that the account no longer has. */
  async function notifyAddress<L extends Notice>(
    tx: Db,
    { to, name }: { to: string; name: string },
    letter: L,
    client: Client,
    values: NoticeValues<L>,
  ): Promise<void> {
    if (isOn) await outbox.enqueue(tx, "mail", { letter, to, name, values: { ...values, ...sender(client) } });
  }

  async function render(row: OutboxRow, tx: Tx): Promise<KeptMail | undefined> {
    const letter = row.payload.letter as LetterName;
    const prepared = await (preparers.get(letter) ?? prepareNotice)(row, tx);
    return prepared && mailOf(row, letter, prepared);
  }

  function mailOf(
    { id, created_at }: Pick<OutboxRow, "id" | "created_at">,
    letter: LetterName,
    { to, name, values }: Letter,
  ): KeptMail {
    const { link, code } = values as { link?: string; code?: string };
    return { id, to, date: created_at, letter, link, code, ...renderLetter(letter, name, values, frame) };
  }

  function prepareNotice({ payload, created_at }: OutboxRow): Promise<Letter> {
    const { to, name, values } = payload as { to: string; name: string; values: Record<string, string | null> };
    const words = languages[frame.language];
    const where: Where = {
      time: `${created_at.toISOString().slice(0, 16).replace("T", " ")} UTC`,
      address: values.address ?? words.unknownAddress,
      device: values.device ?? words.unknownDevice,
    };
    return Promise.resolve({ to, name, values: { ...values, ...where } as LetterValues[LetterName] });
  }
}

function sender({ ip, user_agent }: Client) {
  const { browser, system } = deviceOf(user_agent);
  return { address: ip, device: [browser, system].filter(Boolean).join(", ") || null };
}
