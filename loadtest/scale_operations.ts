/** What `scale.ts` asks of a server, whatever the number of its users. */
import { createPages } from "../src/http/contract/list_page.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import type { Ask, Connection } from "./connection.ts";
import { metric, type Person, type Schema, secret, type Server, until } from "./rig.ts";
import { password, permissions, roleName, userId } from "./seed.ts";

/** A server, its seeded schema, and somebody who may do everything there. */
export type Site = {
  users: number;
  roles: number;
  schema: Schema;
  server: Server;
  admin: Person;
  ask: Connection["ask"];
  refreshTokens: string[];
};

/** One thing to time. */
export type Operation = {
  name: string;
  /** How many samples it gets, as a part of what is asked for. */
  share: number;
  /** What must be so before the first. */
  ready?: (site: Site) => Promise<void>;
  /** Does it once more, the `n`-th time, and answers how many milliseconds it took. */
  time: (site: Site, n: number) => Promise<number>;
};

/** People whom memory knows before a decision about them is timed. */
const familiar = 100;
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
    ready: forgetEverybody,
    time: (site, n) => decide(site, somebody(site, n)),
  },
  {
    name: "decision, subject in memory",
    share: 1,
    async ready(site) {
      for (let n = 0; n < familiar; n++) await decide(site, somebody(site, n));
    },
    time: (site, n) => decide(site, somebody(site, n % familiar)),
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
];

/** Asks about the first so many people, a hundred at once. */
export async function askAbout({ ask, admin: { token }, roles }: Site, people: number): Promise<void> {
  for (let from = 0; from < people; from += 100) {
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

/** Another user each time, of all there are, and never the first. */
function somebody({ users }: Site, n: number): number {
  return 1 + (n * 7_919) % (users - 1);
}

/** Number of a user whom no longer username begins with. */
function longName({ users }: Site, n: number): number {
  return users / 10 + (n * 7_919) % (users * 9 / 10);
}

async function logIn(site: Site, n: number): Promise<{ ms: number }> {
  const form = { username: `seed-${somebody(site, n)}`, password };
  const { body, ms } = await site.ask({ path: "/login", form });
  site.refreshTokens.push(JSON.parse(body).refresh_token);
  return { ms };
}

/** Trades in turn the refresh tokens of those who logged in. */
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

/** About a permission that a role of the user's own holds. */
function question(user: number, roles: number) {
  return { subject: { type: "user", id: userId(user) }, ...permissionOf((user % roles) * 5 % permissions) };
}

async function decide({ ask, admin: { token }, roles }: Site, user: number): Promise<number> {
  const { body, ms } = await ask({ path: "/access/v1/evaluation", token, json: question(user, roles) });
  if (body !== '{"decision":true}') throw new Error(`user ${user} of ${roleName(user % roles)}: ${body}`);
  return ms;
}

/** Makes the server forget everybody, as after a change of very many, and waits until it has. */
async function forgetEverybody(site: Site): Promise<void> {
  const lookUps = () =>
    metric(site.server.origin, 'sentinel_db_query_duration_seconds_count{statement="find_live_users"}');
  await decide(site, 0);
  const before = await lookUps();
  await site.schema.sql(`select ${site.schema.name}.notify_change('user', array_fill('all'::text, array[101]))`);
  await until(async () => {
    await decide(site, 0);
    if (await lookUps() === before) throw new Error("the server forgets nobody");
  });
}

/** The last page, by the token that the server would give who walked there; each site's is found once. */
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
        String,
      );
      tokens.set(site, next_page_token!);
    }
    return await asAdmin(site, { path: `/users?page_size=${pageSize}&page_token=${tokens.get(site)}` });
  };
}
