import type { Delivery, Outbox, OutboxRow } from "../../delivery/outbox/outbox.ts";
import { SendFailure } from "../../delivery/outbox/outbox.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Tx } from "../../platform/db/db.ts";
import { type Outbound, OutboundError } from "../../platform/outbound.ts";
import type { SignOut, SignOuts } from "../../sessions/ended/sign_outs.ts";
import type { LogoutTokens } from "../../tokens/id_tokens/logout_token.ts";
import { findLogoutReceiver, type LogoutReceiver } from "./logout_receiver_store.ts";

export type BackChannelLogout = ReturnType<typeof createBackChannelLogout>;

type Message = LogoutReceiver & { sub: string; sid: string };

/** After a day an application's own sessions are over too, most likely. */
const worthMs = 86_400_000;

/**
 * Tells applications that a user's session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5), by the outbox. A
 * receiver that fails or answers anything but success is asked again: 400 may also mean that its logout failed (§2.8),
 * and the next token is signed anew.
 */
export function createBackChannelLogout({ outbox, outbound, isOfStranger, signOuts, logoutTokens, clock }: {
  outbox: Outbox;
  outbound: Outbound;
  /** Whether anybody may have named the receiver of the client. */
  isOfStranger: (client: LogoutReceiver) => boolean;
  signOuts: SignOuts;
  logoutTokens: LogoutTokens;
  clock: Clock;
}) {
  outbox.register("http", { render, send } satisfies Delivery<Message>);
  return { announce };

  /** Puts what has ended into the outbox. */
  async function announce(): Promise<void> {
    await signOuts.announce((tx, ended) => outbox.enqueueAll(tx, "http", ended.map(payloadOf)));
  }

  async function render({ payload }: OutboxRow, tx: Tx): Promise<Message | undefined> {
    const { client_id, sub, sid } = payload as ReturnType<typeof payloadOf>;
    const receiver = await findLogoutReceiver(tx, client_id);
    return receiver && { ...receiver, sub, sid };
  }

  /** @throws {SendFailure} */
  async function send(message: Message, { created_at }: OutboxRow): Promise<void> {
    if (clock.now() - created_at.getTime() > worthMs) {
      throw new SendFailure("too_late", "older than a day", { isPermanent: true });
    }
    const { client_id, uri, alg, sub, sid } = message;
    const token = await logoutTokens.sign({ aud: client_id, sub, sid }, alg);
    const { status } = await outbound.fetch(uri, {
      method: "POST",
      isOfStranger: isOfStranger(message),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: token }).toString(),
    }).catch((error) => {
      if (!(error instanceof OutboundError)) throw error;
      throw new SendFailure(error.errorClass, error.message);
    });
    if (status < 200 || status > 299) throw new SendFailure("http_status", `${new URL(uri).host} answered ${status}`);
  }
}

const payloadOf = ({ client_id, user_id, rp_sid }: SignOut) => ({ client_id, sub: user_id, sid: rp_sid });
