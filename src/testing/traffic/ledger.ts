import assert from "node:assert/strict";
import { until } from "../servers/process.ts";

/** Sends a request to a Sentinel. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>;

/** Runs a statement in its schema. */
export type Sql = <Row>(text: string) => Promise<Row[]>;

/** What the client knows of a request: what it sent and, after an answer, its id and what it acknowledges. */
type Registration = {
  username: string;
  email: string;
  password: string;
  request_id?: string | undefined;
  user_id?: string;
};
type Login = { request_id?: string | undefined; session_id?: string };

/** A user in the database, with the related rows. */
type UserRow = { id: string; username_canonical: string; email_canonical: string; grants: number; events: number };

export type Ledger = ReturnType<typeof createLedger>;

const checkedAtOnce = 8; // no more than fit into a hash queue

/**
 * A client that remembers every request it sends and every answer it gets, to be held against the database after a
 * fault. A refused request must be shed in the documented way (I11).
 */
export function createLedger() {
  const registrations: Registration[] = [];
  const logins: Login[] = [];
  const statuses: Record<string, number> = {};

  return {
    register,
    login,
    check,
    checkLogins,
    checkRows,
    acknowledged: () => registrations.filter(({ user_id }) => user_id !== undefined),
    /** How many times each status was answered. `none` counts requests without an answer. */
    statuses: (): Readonly<Record<string, number>> => statuses,
    /** How many requests were shed. */
    shed: () => shedStatuses.reduce((sum, status) => sum + (statuses[status] ?? 0), 0),
  };

  /** Registers a new user and returns the status; undefined without an answer. */
  async function register(ask: Ask): Promise<number | undefined> {
    const username = `person_${crypto.randomUUID().slice(0, 13)}`;
    const person: Registration = {
      username,
      email: `${username}@example.com`,
      password: `written down by ${username}`,
    };
    registrations.push(person);
    const { email, password } = person;
    const answer = await send(ask, "/register", person, { username, email, password });
    if (answer?.status === 201) person.user_id = answer.body.id as string;
    return answer?.status;
  }

  /** Logs in a user whose registration was acknowledged. */
  async function login(ask: Ask, { username, password }: Pick<Registration, "username" | "password">) {
    const entry: Login = {};
    logins.push(entry);
    const answer = await send(ask, "/login", entry, { username, password });
    if (answer?.status === 200) entry.session_id = sessionOf(answer.body.access_token as string);
    return answer?.status;
  }

  async function send(ask: Ask, path: string, entry: Registration | Login, json: unknown) {
    const headers = { "content-type": "application/json" };
    const response = await ask(path, { method: "POST", headers, body: JSON.stringify(json) }).catch(() => undefined);
    entry.request_id = response?.headers.get("x-request-id") ?? undefined;
    const body = await response?.json().catch(() => undefined);
    const answered = response && body ? response.status : undefined;
    statuses[answered ?? "none"] = (statuses[answered ?? "none"] ?? 0) + 1;
    if (!response || !body) return undefined;
    assertSheds(path, response, body);
    return { status: response.status, body: body as Record<string, unknown> };
  }

  /** Asserts I1, I5 and I6, by requests and in the database. */
  async function check({ ask, sql }: { ask: Ask; sql: Sql }): Promise<void> {
    await checkLogins(ask);
    await checkRows(sql);
  }

  /** I1: every acknowledged registration can log in. */
  async function checkLogins(ask: Ask): Promise<void> {
    const people = registrations.filter(({ user_id }) => user_id !== undefined);
    const turns = people.values();
    await Promise.all(Array.from({ length: checkedAtOnce }, async () => {
      for (const person of turns) {
        assert.equal(await whenServed(() => login(ask, person)), 200, `I1: ${person.username} logs in`);
      }
    }));
  }

  /** I1: no incomplete rows. I5: one event for each acknowledged change. I6: no duplicate users. */
  async function checkRows(sql: Sql): Promise<void> {
    const users = await sql<UserRow>(
      `select id, username_canonical, email_canonical,
              (select count(*)::int from grants where user_id = u.id and role = 'user') as grants,
              (select count(*)::int from audit_events e join audit_details d on d.event_id = e.id and d.part = 'actor'
               where e.subject_id = u.id::text and e.action = 'user.registered') as events
       from users u`,
    );
    for (const { username_canonical: name, grants, events } of users) {
      assert.deepEqual({ grants, events }, { grants: 1, events: 1 }, `I1: ${name} is whole`);
    }
    assert.equal(new Set(users.map((user) => user.username_canonical)).size, users.length, "I6: usernames");
    assert.equal(new Set(users.map((user) => user.email_canonical)).size, users.length, "I6: e-mail addresses");
    for (const { username, user_id } of registrations) {
      const found = users.find((user) => user.username_canonical === username);
      if (user_id) assert.equal(found?.id, user_id, `I1: ${username} is there`);
    }
    await assertEvents(sql);
  }

  /** Every event has its change, every change its event, and each acknowledged request exactly one. */
  async function assertEvents(sql: Sql): Promise<void> {
    const events = await sql<
      { action: string; request_id: string; subject_id: string; deeds: number; details: number }
    >(
      `select action, request_id, subject_id,
              (select count(*)::int from users where id::text = e.subject_id) +
              (select count(*)::int from sessions where id::text = e.subject_id) as deeds,
              (select count(*)::int from audit_details where event_id = e.id and part = 'actor') as details
       from audit_events e where action in ('user.registered', 'session.created')`,
    );
    const byRequest = Map.groupBy(events, ({ request_id }) => request_id);
    for (const { action, subject_id, deeds, details } of events) {
      assert.deepEqual({ deeds, details }, { deeds: 1, details: 1 }, `I5: the change of ${action} ${subject_id}`);
    }
    const deeds = [
      ...registrations.map(({ request_id, user_id }) => ({ request_id, subject: user_id })),
      ...logins.map(({ request_id, session_id }) => ({ request_id, subject: session_id })),
    ];
    for (const { request_id, subject } of deeds) {
      if (request_id === undefined) continue; // without an answer
      const subjects = byRequest.get(request_id)?.map(({ subject_id }) => subject_id) ?? [];
      if (subject) assert.deepEqual(subjects, [subject], `I5: the one event of ${request_id}`);
      else assert.ok(subjects.length <= 1, `I5: at most one event of ${request_id}`);
    }
    const sessions = await sql<{ lacking: number }>(
      `select count(*)::int as lacking from sessions s
       where 1 <> (select count(*) from audit_events where subject_id = s.id::text and action = 'session.created')`,
    );
    assert.equal(sessions[0]!.lacking, 0, "I5: every session has its event");
  }
}

/**
 * Asks until the request is not shed, and returns the status: on a busy machine a hash takes longer than a request
 * waits.
 */
export async function whenServed(ask: () => Promise<number | undefined>): Promise<number | undefined> {
  let status: number | undefined;
  await until("a request is not refused because of the load", async () => !isShed(status = await ask()));
  return status;
}

const shedStatuses = [429, 503];

/** Whether the status is that of a request that was refused unread, for lack of a database, of time or of a turn. */
export const isShed = (status: number | undefined) => shedStatuses.includes(status!);

/**
 * I11: a request that a fault keeps from its answer gets a 503, or a 429 where it waited behind others of its client.
 * It says when to come back, and nothing of the database.
 */
export function assertSheds(what: string, response: Response, body: unknown): void {
  if (response.status < 500 && response.status !== 429) return;
  assert.ok(isShed(response.status), `I11: ${what} ${response.status} ${JSON.stringify(body)}`);
  assert.match(response.headers.get("retry-after") ?? "", /^\d+$/, `I11: ${what} without Retry-After`);
  const types = response.status === 429 ? /^\/problems\/too_many_at_once$/ : /^\/problems\/(?:unavailable|overloaded)$/;
  assert.match((body as { type: string }).type, types, what);
}

function sessionOf(accessToken: string): string {
  const claims = Uint8Array.fromBase64(accessToken.split(".")[1]!, { alphabet: "base64url" });
  return JSON.parse(new TextDecoder().decode(claims)).sid;
}
