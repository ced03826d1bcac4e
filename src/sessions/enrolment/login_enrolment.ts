import { v7 as uuidv7 } from "uuid";
import { isWithSecret, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { NewTotp } from "../../credentials/totp/totp.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import { createOpaqueSecret, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { Authenticated, SessionStart, Verified } from "../login/session_start.ts";
import { type Enrolments, enrolmentTtlSeconds, type IsHeld } from "./enrolments.ts";

/** The tokens of a login, and the recovery codes, which are shown once. */
export type EnrolledTokens = Tokens & { recovery_codes: string[] };

export type LoginEnrolments = ReturnType<typeof createLoginEnrolments>;

/** The set-up of a required second factor in logins without a browser, by who holds the `mfa_token`. */
export function createLoginEnrolments({ enrolments, sessionStart }: {
  enrolments: Enrolments;
  sessionStart: SessionStart;
}) {
  return { require, showTotp, confirmTotp };

  /**
   * The refusal of a login that waits for a new factor. Undefined if the account has changed since the password was
   * verified.
   */
  async function require(user: LoginRow): Promise<Problem | undefined> {
    const id = uuidv7();
    const { text: mfa_token } = createOpaqueSecret("lt", id);
    if (!await enrolments.begin(user, id, { secret: mfa_token })) return undefined;
    const members = { mfa_token, factors: [], enrolment: true, expires_in: enrolmentTtlSeconds };
    return new Problem("mfa_required", { members });
  }

  /** The secret of a new app. @throws {Problem} `login_expired` */
  async function showTotp(mfaToken: string, name: string, client: Client): Promise<Omit<NewTotp, "id">> {
    const { id, isHeld } = holderOf(mfaToken);
    const { name: shownName, secret, uri, qr } = await enrolments.showTotp(id, isHeld, name, client);
    return { name: shownName, secret, uri, qr };
  }

  /**
   * The tokens of a login whose new app showed this code.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `no_enrolment`, `rate_limited`
   */
  async function confirmTotp(mfaToken: string, code: string, client: Client): Promise<EnrolledTokens> {
    const { id, isHeld } = holderOf(mfaToken);
    const start = (tx: Tx, user: Verified, how: Authenticated) => sessionStart.startIn(tx, user, client, "api", how);
    const { session, recoveryCodes } = await enrolments.confirmTotp(id, isHeld, code, client, start);
    return { ...await sessionStart.tokensOf(session), recovery_codes: recoveryCodes };
  }
}

function holderOf(mfaToken: string): { id: string; isHeld: IsHeld } {
  const secret = parseOpaqueSecret(mfaToken);
  if (secret?.kind !== "lt") throw new Problem("login_expired");
  return { id: secret.ownerId, isHeld: (ticket: Ticket) => isWithSecret(ticket, mfaToken) };
}
