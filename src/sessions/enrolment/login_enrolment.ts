import { v7 as uuidv7 } from "uuid";
import type { PasskeyAttestation, PasskeyCreationOptions } from "../../credentials/passkeys/passkeys.ts";
import { isWithSecret, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { NewTotp } from "../../credentials/totp/totp.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import { createOpaqueSecret, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { SessionStart, StartedSession } from "../login/session_start.ts";
import { type Complete, type Enrolled, type Enrolments, enrolmentTtlSeconds, type IsHeld } from "./enrolments.ts";

/** The tokens of a login, and the recovery codes, which are shown once. */
export type EnrolledTokens = Tokens & { recovery_codes: string[] };

export type LoginEnrolments = ReturnType<typeof createLoginEnrolments>;

/** The set-up of a required second factor in logins without a browser, by who holds the `mfa_token`. */
export function createLoginEnrolments({ enrolments, sessionStart }: {
  enrolments: Enrolments;
  sessionStart: SessionStart;
}) {
  return { require, showTotp, confirmTotp, askForPasskey, addPasskey };

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
    return await tokensOf(await enrolments.confirmTotp(id, isHeld, code, client, startFor(client)));
  }

  /** What the browser is to create a passkey by. @throws {Problem} `login_expired` */
  async function askForPasskey(mfaToken: string): Promise<{ publicKey: PasskeyCreationOptions }> {
    const { id, isHeld } = holderOf(mfaToken);
    return { publicKey: await enrolments.askForPasskey(id, isHeld) };
  }

  /**
   * The tokens of a login whose user has created this passkey.
   *
   * @throws {Problem} `passkey_refused`, `passkey_taken`, `login_expired`
   */
  async function addPasskey(
    { mfa_token, ...passkey }: { mfa_token: string; attestation: PasskeyAttestation; name?: string | undefined },
    client: Client,
  ): Promise<EnrolledTokens> {
    const { id, isHeld } = holderOf(mfa_token);
    return await tokensOf(await enrolments.addPasskey(id, isHeld, passkey, client, startFor(client)));
  }

  function startFor(client: Client): Complete<StartedSession> {
    return (tx, user, how) => sessionStart.startIn(tx, user, client, "api", how);
  }

  async function tokensOf({ session, recoveryCodes }: Enrolled<StartedSession>): Promise<EnrolledTokens> {
    return { ...await sessionStart.tokensOf(session), recovery_codes: recoveryCodes };
  }
}

function holderOf(mfaToken: string): { id: string; isHeld: IsHeld } {
  const secret = parseOpaqueSecret(mfaToken);
  if (secret?.kind !== "lt") throw new Problem("login_expired");
  return { id: secret.ownerId, isHeld: (ticket: Ticket) => isWithSecret(ticket, mfaToken) };
}
