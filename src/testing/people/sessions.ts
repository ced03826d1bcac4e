import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Db } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { createLogins, type LoginsDeps } from "../../sessions/login/login.ts";
import { createSessionStart, type SessionStart } from "../../sessions/login/session_start.ts";
import { type Sentinel, testSecret } from "../harness.ts";
import { until } from "../servers/process.ts";

const secrets = createSecrets(testSecret);

/** The first refresh token of a new session, without the cost of a login. */
export async function begun({ db }: Pick<Sentinel, "db">, userId: string): Promise<string> {
  const [id, seed] = [uuidv7(), randomBytes(32)];
  await db.query(
    "test",
    `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
     values ($1, $2, $3, $4, now() + interval '1 hour')`,
    [id, userId, seed, secrets.id],
  );
  return formatRefreshToken(secrets.subkey("refresh"), seed, id, 0);
}

export const refresh = (at: Sentinel, refresh_token: string): Promise<Response> =>
  at.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

/** The replica's status for a request with this access token. */
export const statusOf = async (at: Sentinel, token: string, path = "/users/me"): Promise<number> =>
  (await at.fetch(path, { headers: { authorization: `Bearer ${token}` } })).status;

/** Waits until a change has reached the replica. */
export async function becomes(status: number, at: Sentinel, token: string, path?: string): Promise<void> {
  await until(`it is ${status}`, async () => await statusOf(at, token, path) === status);
}

/**
 * Whether what is `asked` waits for a lock that this transaction holds; false if it completes. Only on PostgreSQL do
 * transactions wait for each other.
 */
export async function waitsBehind(tx: Db, sentinel: Pick<Sentinel, "db">, asked: Promise<unknown>): Promise<boolean> {
  let done = false;
  asked.finally(() => done = true).catch(() => {});
  let waits = false;
  await until("it waits or is done", async () => {
    waits = await countBehind(tx, sentinel) > 0;
    return waits || done;
  });
  return waits;
}

/** How many connections wait for locks that this transaction holds. */
export async function countBehind(tx: Db, { db }: Pick<Sentinel, "db">): Promise<number> {
  const [held] = await tx.query<{ pid: number }>("test", "select pg_backend_pid() as pid");
  const blocked = "select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
  return (await db.query("test", blocked, [held!.pid])).length;
}

/** What starts sessions, on the same database. */
export function sessionStartOn({ db, tokens, sessionRevocation, mails }: Sentinel): SessionStart {
  return createSessionStart({
    db,
    sessionRevocation,
    mails,
    tokens,
    secrets,
    mintLimits: { accessTtlSeconds: 600, aal2MaxSeconds: 3600 },
    sessionMaxSeconds: 3600,
    sessionsPerUserMax: 1000,
    idleSeconds: 3600,
  });
}

/** A login service on the same database whose passwords behave as given. Nothing is counted unless asked for. */
export function loginsWith(
  sentinel: Sentinel,
  changes: Partial<Passwords>,
  others: Partial<Pick<LoginsDeps, "monotonic" | "counted" | "countedAccount">> = {},
) {
  const { db, throttle, passwords, loginFactors, loginEnrolments, factorRequirement } = sentinel;
  return createLogins({
    db,
    sessionStart: sessionStartOn(sentinel),
    loginFactors,
    loginEnrolments,
    factorRequirement,
    mustConfirm: false,
    passwords: { ...passwords, ...changes },
    throttle,
    secrets,
    monotonic: () => 0,
    counted() {},
    countedAccount() {},
    ...others,
  });
}

/** Runs `deed` while the answer to each rotation is lost after its commit. */
export async function losingAnswers<T>({ db }: Pick<Sentinel, "db">, deed: () => Promise<T>): Promise<T> {
  const { query } = db;
  const losing: typeof query = async (name, ...rest) => {
    const rows = await query(name, ...rest);
    if (name.startsWith("update_refresh_counter")) throw new Unavailable("connection lost", { uncertain: true });
    return rows as never;
  };
  Object.assign(db, { query: losing });
  try {
    return await deed();
  } finally {
    Object.assign(db, { query });
  }
}
