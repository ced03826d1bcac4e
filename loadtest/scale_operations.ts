/** The operations that `scale.ts` measures. */
import { createPages } from "../src/http/contract/list_page.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import type { Ask, Connection } from "./connection.ts";
import { applicationOperations } from "./scale_applications.ts";
import { metric, type Person, type Schema, secret, type Server, until } from "./rig.ts";
import { password, permissions, roleName, userId } from "./seed.ts";

/** A server, its seeded schema, and an administrator. */
export type Site = {
  users: number;
  roles: number;
  schema: Schema;
  server: Server;
  admin: Person;
  ask: Connection["ask"];
  refreshTokens: string[];
};

/** One operation to measure. */
export type Operation = {
  name: string;
  /** Its share of the samples. */
  share: number;
  /** Prepares the first call. */
  ready?: (site: Site) => Promise<void>;
  /** Runs it for the `n`-th time, and returns its milliseconds. */
  time: (site: Site, n: number) => Promise<number>;
};

/** The number of users in memory before decisions about them are timed. */
const usersInMemory = 100;
const pageSize = 50;

export const operations: Operation[] = [
  { name: "GET /livez", share: 1, time: (site) => timed(site, { path: "/livez" }) },
  { name: "login", share: 0.25, time: async (site, n) => (await logIn(site, n)).ms },
  {
    name: "login, less its hash",
    share: 0.25,
    async time(site, n) {
      const before = await metric(site.server.origin, "sentinel_hash_duration_seconds_sum");
      const { ms } = await logIn(site, n);
      return ms - 1000 * (await metric(site.server.origin, "sentinel_hash_duration_seconds_sum") - before);
    },
  },
  { name: "refresh", share: 1, time: refresh },
  { name: "GET /users/me", share: 1, time: (site) => asAdmin(site, { path: "/users/me" }) },
  {
    name: "decision, subject seen for the first time",
    share: 1,
    ready: forgetUsers,
    time: (site, n) => decide(site, anotherUser(site, n)),
  },
  {
    name: "decision, subject in memory",
    share: 1,
    async ready(site) {
      for (let n = 0; n < usersInMemory; n++) await decide(site, anotherUser(site, n));
    },
    time: (site, n) => decide(site, anotherUser(site, n % usersInMemory)),
  },
  {
    name: "list of users, first page",
    share: 0.5,
    time: (site) => asAdmin(site, { path: `/users?page_size=${pageSize}` }),
  },
  { name: "list of users, last page", share: 0.5, time: lastPage() },
  {
    name: "search by username",
    share: 0.5,
    time: (site, n) => asAdmin(site, { path: `/users?username=seed-${longName(site, n)}` }),
  },
  {
    name: "search by e-mail address",
    share: 0.5,
    time: (site, n) => asAdmin(site, { path: `/users?email=seed-${longName(site, n)}` }),
  },
  {
    name: "search of ten who may (AuthZEN)",
    share: 0.5,
    time: (site, n) =>
      asAdmin(site, {
        path: "/access/v1/search/subject",
        json: { subject: { type: "user" }, ...permissionOf(n % permissions), page: { limit: 10 } },
      }),
  },
  ...applicationOperations,
];

/** Asks for decisions about the first `count` users, a hundred in each request. */
export async function askAbout({ ask, admin: { token }, roles }: Site, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const evaluations = Array.from({ length: 100 }, (_, n) => question(from + n, roles));
    await ask({ path: "/access/v1/evaluations", token, json: { evaluations } });
  }
}

async function timed({ ask }: Site, what: Ask): Promise<number> {
  return (await ask(what)).ms;
}

function asAdmin(site: Site, what: Ask): Promise<number> {
  return timed(site, { ...what, token: site.admin.token });
}

/** Another user each time, of all users; none of those with an app, which are asked for a code. */
function anotherUser({ users }: Site, n: number): number {
  const number = 1 + (n * 7_919) % (users - 1);
  return number % 10 === 0 ? number + 1 : number;
}

/** The number of a user whose username is not the beginning of a longer one. */
function longName({ users }: Site, n: number): number {
  return users / 10 + (n * 7_919) % (users * 9 / 10);
}

async function logIn(site: Site, n: number): Promise<{ ms: number }> {
  const form = { username: `seed-${anotherUser(site, n)}`, password };
  const { body, ms } = await site.ask({ path: "/login", form });
  site.refreshTokens.push(JSON.parse(body).refresh_token);
  return { ms };
}

/** Exchanges the refresh tokens of the logged-in users in turn. */
async function refresh({ ask, refreshTokens }: Site): Promise<number> {
  const form = { grant_type: "refresh_token", refresh_token: refreshTokens.shift()! };
  const { body, ms } = await ask({ path: "/oauth/token", form });
  refreshTokens.push(JSON.parse(body).refresh_token);
  return ms;
}

function permissionOf(number: number) {
  const action = ["read", "write", "share", "delete"][number % 4]!;
  return { action: { name: action }, resource: { type: `resource-${Math.floor(number / 4)}`, id: "1" } };
}

/** A decision about a permission of the user's own role. */
function question(user: number, roles: number) {
  return { subject: { type: "user", id: userId(user) }, ...permissionOf((user % roles) * 5 % permissions) };
}

async function decide({ ask, admin: { token }, roles }: Site, user: number): Promise<number> {
  const { body, ms } = await ask({ path: "/access/v1/evaluation", token, json: question(user, roles) });
  if (body !== '{"decision":true}') throw new Error(`user ${user} of ${roleName(user % roles)}: ${body}`);
  return ms;
}

/** Makes the server forget all users, as after a change of very many rows, and waits until it has. */
async function forgetUsers(site: Site): Promise<void> {
  const lookUps = () =>
    metric(site.server.origin, 'sentinel_db_query_duration_seconds_count{statement="find_live_users"}');
  await decide(site, 0);
  const before = await lookUps();
  await site.schema.sql(`select ${site.schema.name}.notify_change('user', array_fill('any'::text, array[2001]))`);
  await until(async () => {
    await decide(site, 0);
    if (await lookUps() === before) throw new Error("the server did not forget the users");
  });
}

/** The last page, by the page token that a client would receive before it; each server's is computed once. */
function lastPage(): Operation["time"] {
  const tokens = new Map<Site, string>();
  const pages = createPages(createSecrets(secret).subkey("cursors"));
  return async (site, _) => {
    if (!tokens.has(site)) {
      const [row] = await site.schema.sql<{ name: string }>(
        `select username_canonical as name from ${site.schema.name}.users order by 1 desc offset ${pageSize} limit 1`,
      );
      const rows = [row!.name, "more"];
      const { next_page_token } = await pages.read(
        "users {}",
        { page_size: 1 },
        () => Promise.resolve(rows),
        String,
      );
      tokens.set(site, next_page_token!);
    }
    return await asAdmin(site, { path: `/users?page_size=${pageSize}&page_token=${tokens.get(site)}` });
  };
}
