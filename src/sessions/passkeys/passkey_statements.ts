import type { Passkeys, SignedPasskey } from "../../credentials/passkeys/passkeys.ts";
import type { SignInChallenges } from "../../credentials/passkeys/sign_in_challenges.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Authenticated, SessionStart, StartedSession } from "../login/session_start.ts";
import { limitLockWait } from "../sessions/session_store.ts";
import { listPasskeyLogins, type PasskeyLoginRow, type PasskeyQuery } from "./passkey_login_store.ts";

/** A passkey with the verified user is two factors: its possession, and the PIN or fingerprint (SP 800-63B-4 §2.2). */
export const byPasskey: Authenticated = { amr: ["pop", "user", "mfa"], aal: 2 };

/** A login whose user may sign in, as their passkey has signed the challenge with this id. */
export type SignedLogin = { challengeId: string; user: PasskeyLoginRow; signed: SignedPasskey };

type Start = SignedLogin & { client: Client; alone: () => Promise<StartedSession | undefined> };

/** The statements of most logins with a passkey. Those that wait for the database travel together, with one commit. */
export function createPasskeyStatements({ db, passkeys, signInChallenges, sessionStart }: {
  db: Database;
  passkeys: Passkeys;
  signInChallenges: SignInChallenges;
  sessionStart: SessionStart;
}) {
  /** The user with this passkey; null if there is none. */
  const find = createBatchedStatement<PasskeyQuery, PasskeyLoginRow | null>({
    name: "list_passkey_logins",
    one: async (query) => (await findAll([query]))[0]!,
    many: findAll,
    keyOf: ({ credentialId, network }) => `${credentialId.toBase64()} ${network}`,
  });

  /**
   * Starts a session in the API. Those together leave out logins of which a row of the user or the passkey is locked or
   * has changed, or the challenge was used: `alone` decides about them, and about all when another lock is not had in a
   * moment.
   */
  const start = createBatchedStatement<Start, StartedSession>({
    name: "start_passkey_sessions",
    one: ({ alone }) => alone(),
    many: (logins) => db.transaction((tx) => startAllIn(tx, logins)),
    keyOf: ({ user }) => user.id,
  });

  return { find, start };

  async function findAll(queries: PasskeyQuery[]): Promise<(PasskeyLoginRow | null)[]> {
    const rowAt = new Map((await listPasskeyLogins(db, queries)).map((row) => [row.place, row]));
    return queries.map((_, place) => rowAt.get(place + 1) ?? null);
  }

  async function startAllIn(tx: Tx, logins: Start[]): Promise<(StartedSession | undefined)[]> {
    const [, users] = await Promise.all([
      limitLockWait(tx),
      sessionStart.lockAllUnchanged(tx, logins.map(({ user }) => user)),
    ]);
    const unchanged = logins.filter(({ user }) => users.has(user.id));
    const ready = await passkeys.lockUnregressedIn(tx, unchanged.map(({ signed }) => signed));
    const locked = unchanged.filter(({ signed }) => ready.has(signed.passkeyId));
    const unused = new Set(await signInChallenges.spendAllIn(tx, locked.map(({ challengeId }) => challengeId)));
    const valid = locked.filter(({ challengeId }) => unused.delete(challengeId.toLowerCase())); // once, if two answer it
    if (valid.length === 0) return [];
    const [started] = await Promise.all([
      sessionStart.storeIn(
        tx,
        valid.map(({ user, client }) => ({
          user: users.get(user.id)!,
          verified: user,
          client,
          kind: "api",
          how: byPasskey,
        })),
      ),
      passkeys.useUnregressedIn(tx, valid.map(({ signed }) => signed)),
    ]);
    const sessionOf = new Map(started.map((session) => [session.userId, session]));
    return logins.map(({ user }) => sessionOf.get(user.id));
  }
}
