import { recordAudit } from "../../audit/events/audit.ts";
import { v7 as uuidv7 } from "uuid";
import type { FactorProof } from "../../credentials/factors/factors.ts";
import type { PasskeyAttestation, PasskeyCreationOptions } from "../../credentials/passkeys/passkeys.ts";
import { isOfBrowser, rebindTickets, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { NewTotp } from "../../credentials/totp/totp.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { Credentials, Logins } from "../login/login.ts";
import { type Authenticated, byPassword, type SessionStart, type Verified } from "../login/session_start.ts";
import type { Enrolled, Enrolment, Enrolments } from "../enrolment/enrolments.ts";
import { type SecondStep, type SecondSteps } from "../second_step/second_steps.ts";
import type { PasskeyAnswer, PasskeyLogins, PasskeySignIn } from "../passkeys/passkey_login.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { updateAuthTime } from "./browser_session_store.ts";
import type { BrowserSessions } from "./browser_sessions.ts";

/**
 * The browser of a sign-in: its secret and the one that it gets, and the session that it holds, with the user of it.
 */
export type SigningBrowser = {
  secret: string;
  nextSecret: string;
  session?: { id: string; userId: string } | undefined;
};

/** A cookie, or the step that is left. */
export type SignedIn =
  | { kind: "signed_in"; cookie: string }
  | { kind: "factor_required"; step: SecondStep }
  | { kind: "enrolment_required"; enrolment: Enrolment };

export type SignIns = ReturnType<typeof createSignIns>;

/** Signs users in in browsers, by the rules of {@link Logins}. A second step continues only in the same browser. */
export function createSignIns(
  deps: {
    logins: Logins;
    passkeyLogins: PasskeyLogins;
    secondSteps: SecondSteps;
    enrolments: Enrolments;
    sessionStart: SessionStart;
    browserSessions: BrowserSessions;
    sessionRevocation: SessionRevocation;
    secrets: Secrets;
    idleSeconds: number;
    counted: (outcome: "started" | "renewed") => void;
  },
) {
  const { logins, passkeyLogins, secondSteps, enrolments, sessionStart, browserSessions, sessionRevocation } = deps;
  const { secrets, idleSeconds, counted } = deps;
  return {
    signIn,
    passkeyOptions,
    signInByPasskey,
    stepOf,
    passFactor,
    enrolmentOf,
    showTotp,
    confirmTotp,
    askForPasskey,
    addPasskey,
  };

  /**
   * A user who signs in again keeps the session, and earlier cookies of it are refused; the session of another user in
   * this browser ends. What applications have begun in this browser goes on in it.
   *
   * @throws {Problem} as `login`.
   */
  async function signIn(credentials: Credentials, browser: SigningBrowser, client: Client): Promise<SignedIn> {
    return await logins.attempt<SignedIn>(credentials, client, async (user, left) => {
      const holder = { browser: browser.secret };
      if (left === "factor") {
        const step = await secondSteps.begin(user, uuidv7(), holder);
        return step && { kind: "factor_required", step };
      }
      if (left === "enrolment") {
        const enrolment = await enrolments.begin(user, uuidv7(), holder);
        return enrolment && { kind: "enrolment_required", enrolment };
      }
      const complete = (tx: Tx) => completeIn(tx, user, byPassword, browser, client);
      const cookie = await sessionStart.inTurnOf(user.id, complete);
      return cookie === undefined ? undefined : { kind: "signed_in", cookie };
    }, "page");
  }

  /** What a passkey is asked to sign, to sign in in the browser with this secret. */
  function passkeyOptions(browser: string): PasskeySignIn {
    return passkeyLogins.begin(browser);
  }

  /**
   * The cookie of the session of the passkey's user.
   *
   * @throws {Problem} `invalid_passkey`, `login_expired`, `email_unverified`, `rate_limited`
   */
  async function signInByPasskey(answer: PasskeyAnswer, browser: SigningBrowser, client: Client): Promise<string> {
    return await passkeyLogins.attempt(
      answer,
      browser.secret,
      client,
      (tx, user, how) => completeIn(tx, user, how, browser, client),
    );
  }

  /** The step of a sign-in that was begun in this browser. */
  function stepOf(id: string, browser: string | undefined): Promise<SecondStep | undefined> {
    return secondSteps.find(id, (ticket) => isOfBrowser(ticket, browser));
  }

  /**
   * The cookie of the session, once the factor is proved.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `rate_limited`
   */
  async function passFactor(id: string, proof: FactorProof, browser: SigningBrowser, client: Client): Promise<string> {
    const isHeld = (ticket: Ticket) => isOfBrowser(ticket, browser.secret);
    return await secondSteps.pass(
      id,
      isHeld,
      proof,
      client,
      (tx, user, how) => completeIn(tx, user, how, browser, client),
    );
  }

  /** The set-up of a required factor that was begun in this browser. */
  function enrolmentOf(id: string, browser: string | undefined): Promise<Enrolment | undefined> {
    return enrolments.find(id, (ticket) => isOfBrowser(ticket, browser));
  }

  /** The secret of a new app, shown once. @throws {Problem} `login_expired` */
  async function showTotp(id: string, name: string, browser: string | undefined, client: Client): Promise<NewTotp> {
    return await enrolments.showTotp(id, (ticket) => isOfBrowser(ticket, browser), name, client);
  }

  /**
   * The cookie of the session, once the new app has shown this code, and the recovery codes, which are shown once.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `no_enrolment`, `rate_limited`
   */
  async function confirmTotp(
    id: string,
    code: string,
    browser: SigningBrowser,
    client: Client,
  ): Promise<Enrolled<string>> {
    return await enrolments.confirmTotp(
      id,
      (ticket) => isOfBrowser(ticket, browser.secret),
      code,
      client,
      (tx, user, how) => completeIn(tx, user, how, browser, client),
    );
  }

  /** What the browser is to create a passkey by. @throws {Problem} `login_expired` */
  async function askForPasskey(
    id: string,
    browser: string | undefined,
  ): Promise<{ publicKey: PasskeyCreationOptions }> {
    return { publicKey: await enrolments.askForPasskey(id, (ticket) => isOfBrowser(ticket, browser)) };
  }

  /**
   * The cookie of the session, once this passkey is added, and the recovery codes, which are shown once.
   *
   * @throws {Problem} `passkey_refused`, `passkey_taken`, `login_expired`
   */
  async function addPasskey(
    id: string,
    attestation: PasskeyAttestation,
    browser: SigningBrowser,
    client: Client,
  ): Promise<Enrolled<string>> {
    return await enrolments.addPasskey(
      id,
      (ticket) => isOfBrowser(ticket, browser.secret),
      { attestation },
      client,
      (tx, user, how) => completeIn(tx, user, how, browser, client),
    );
  }

  /** The cookie. Undefined if the account has changed since it was verified, or the session has ended meanwhile. */
  async function completeIn(
    tx: Tx,
    user: Verified,
    how: Authenticated,
    { secret, nextSecret, session }: SigningBrowser,
    client: Client,
  ): Promise<string | undefined> {
    const isAgain = session?.userId === user.id;
    const renewed = isAgain ? await renew(tx, user, how, session.id, client) : undefined;
    const started = renewed ?? await start(tx, user, how, client);
    if (!started) return undefined;
    await rebindTickets(tx, "authorization", secret, nextSecret);
    if (session && !isAgain) await sessionRevocation.endOwnIn(tx, session.userId, session.id, client);
    counted(renewed ? "renewed" : "started");
    return started;
  }

  async function start(tx: Tx, user: Verified, how: Authenticated, client: Client): Promise<string | undefined> {
    const started = await sessionStart.startIn(tx, user, client, "browser", how);
    return started && browserSessions.cookieOf({ id: started.id, refresh_seed: started.seed, refresh_counter: 0 });
  }

  async function renew(
    tx: Tx,
    user: Verified,
    how: Authenticated,
    id: string,
    client: Client,
  ): Promise<string | undefined> {
    if (!await sessionStart.isUnchanged(tx, user)) return undefined;
    const row = await updateAuthTime(tx, { id, userId: user.id, secretId: secrets.id, ...how }, idleSeconds);
    if (!row) return undefined;
    const subject = { type: "session", id } as const;
    await recordAudit(tx, { action: "session.reauthenticated", actor_id: user.id, client, subject });
    return browserSessions.cookieOf(row);
  }
}
