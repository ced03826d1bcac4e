import { v7 as uuidv7 } from "uuid";
import { frameOf, openMailer } from "../../delivery/mail/mail_setup.ts";
import { renderLetter } from "../../delivery/mail/letter_rendering.ts";
import { SendFailure } from "../../delivery/outbox/outbox.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { isEmail } from "../../vocabulary/identifiers.ts";
import { command, type Group } from "../command.ts";
import { configOf, withServices } from "../setup.ts";

const test = command({
  name: "test",
  summary: "Send a test mail, and report what the mail server says",
  words: ["ADDRESS"],
  async run({ words: [address], io, out }) {
    if (!isEmail(address)) throw new Error("The address is not a valid e-mail address.");
    const settings = configOf(io);
    const mailer = openMailer(settings);
    if (!mailer) throw new Error("There is no mail server: set SENTINEL_SMTP_URL and SENTINEL_MAIL_FROM.");
    const letter = renderLetter("test", address, {}, frameOf(settings));
    const answer = await mailer.send({ id: uuidv7(), to: address, date: new Date(), ...letter }).catch((error) => {
      if (!(error instanceof SendFailure)) throw error;
      throw new Error(`The mail was not sent (${error.errorClass}): ${error.message}`, { cause: error });
    }).finally(mailer.close);
    out.done(`The mail server has taken the mail to ${address}: ${answer}`, { sent: address, answer });
  },
});

const list = command({
  name: "list",
  summary: "List mails that were given up within the last week",
  async run({ io, out }) {
    const rows = await withServices(io, ({ outbox }) => outbox.dead("mail", 1_000));
    await out.list(rows, {
      columns: {
        ID: ({ id }) => id,
        LETTER: ({ payload }) => String(payload.letter),
        CREATED: ({ created_at }) => created_at.toISOString(),
        "GIVEN UP": ({ dead_at }) => dead_at.toISOString(),
        ATTEMPTS: ({ attempts }) => String(attempts),
        ERROR: ({ error_class }) => error_class,
      },
      shown: ({ payload, ...row }) => ({ ...row, letter: payload.letter }),
    });
  },
});

const retry = command({
  name: "retry",
  summary: "Send mails again that were given up: one, or all",
  words: ["[ID]"],
  async run({ words: [id], io, out }) {
    const count = await withServices(io, ({ outbox }) => outbox.revive("mail", id ?? null, localActor));
    out.done(`The server will send ${count} ${count === 1 ? "mail" : "mails"} again.`, { revived: count });
  },
});

/** `mail test|list|retry`: what was not sent, and whether mail works. */
export const mailCommands: Group = {
  name: "mail",
  summary: "Test the mail server, and send mails again that were given up",
  commands: [test, list, retry],
};
