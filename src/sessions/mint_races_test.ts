import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { localClient } from "../audit/audit.ts";
import { type Sentinel, testOnPostgres } from "../testing/harness.ts";
import { newcomer } from "../testing/people.ts";
import { startReplicas } from "../testing/replicas.ts";
import { roundsOr } from "../testing/rounds.ts";
import { becomes, begun, refresh, statusOf } from "../testing/sessions.ts";

const replicas = await startReplicas();
const [first] = replicas;
const by = { actor_id: null, client: localClient };
const always = () => true;
const permission = "admin_area:enter";
const path = "/admin-only";

// Without the hash, which no edit races, a login mints before an edit as often as after it.
for (const { passwords } of replicas) {
  Object.assign(passwords, { verify: () => Promise.resolve(true), needsRehash: () => false });
}
await first.roleAdministration.create({ name: "porter", description: "", permissions: [], parents: [] }, by);
await first.roleAdministration.create({ name: "doorman", description: "", permissions: [], parents: ["porter"] }, by);

type Person = { id: string; username: string };

/** A token that was asked for before the edit was acknowledged, and whether it opened anything when it was new. */
type Minted = { token: string; opened: boolean };

const login = async (at: Sentinel, { username }: Person) =>
  await at.fetch("/login", { form: { username, password: "whatever" } });

const refreshing = async (at: Sentinel, { id }: Person) => await refresh(at, await begun(at, id));

const mints = [login, refreshing];

async function tokenFrom(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  assert.equal(response.status, 200);
  return (await response.json()).access_token;
}

const rolesIn = (token: string): string[] =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()).roles;

/** Has every replica log the person in and refresh, again and again, until the edit that another makes is acknowledged. */
async function mintedDuring(person: Person, edit: () => Promise<void>): Promise<Minted[]> {
  let acknowledged = false;
  const editing = edit().finally(() => acknowledged = true);
  const minting = replicas.flatMap((at) =>
    mints.map(async (mint) => {
      const minted: Minted[] = [];
      while (!acknowledged) {
        const token = await tokenFrom(mint(at, person));
        minted.push({ token, opened: await statusOf(at, token, path) === 200 });
      }
      return minted;
    })
  );
  const minted = (await Promise.all(minting)).flat();
  await editing;
  return minted;
}

/** No replica lets any of the tokens in: the one that made the edit at once, the others when they have heard of it. */
async function openNothing(tokens: string[], editor: Sentinel): Promise<void> {
  for (const token of tokens) assert.equal(await statusOf(editor, token, path), 403);
  for (const replica of replicas) {
    await becomes(403, replica, tokens[0]!, path);
    for (const token of tokens) assert.equal(await statusOf(replica, token, path), 403);
  }
}

const edits: [
  what: string,
  edit: (at: Sentinel, person: Person) => Promise<void>,
  carries: (each: Minted) => boolean,
][] = [
  [
    "somebody loses a role",
    (at, { id }) => at.grants.revoke(id, "doorman", by),
    ({ token }) => rolesIn(token).includes("doorman"),
  ],
  [
    "a role loses a permission",
    (at) => at.roleAdministration.removePermission("porter", permission, always, by),
    ({ opened }) => opened,
  ],
  [
    "a role loses what it inherits",
    (at) => at.roleAdministration.removeParent("doorman", "porter", always, by),
    ({ opened }) => opened,
  ],
];

for (const [what, edit, carries] of edits) {
  testOnPostgres(
    `T193 T139 of tokens that three replicas mint while ${what}, none opens anything afterwards`,
    async () => {
      const raced = { before: 0, after: 0 };
      for (let round = 0; round < roundsOr(20); round++) {
        await first.roleAdministration.addPermission("porter", permission, always, by);
        await first.roleAdministration.addParent("doorman", "porter", always, by);
        const person = await newcomer(first, { roles: ["doorman"] });
        const older = await tokenFrom(refreshing(first, person));
        for (const replica of replicas) await becomes(200, replica, older, path);
        const editor = replicas[round % 3]!;
        const minted = await mintedDuring(person, () => edit(editor, person));
        for (const each of minted) raced[carries(each) ? "before" : "after"]++;
        await openNothing([older, ...minted.map(({ token }) => token)], editor);
        for (const at of replicas) {
          for (const mint of mints) {
            const token = await tokenFrom(mint(at, person));
            assert.equal(carries({ token, opened: await statusOf(at, token, path) === 200 }), false);
          }
        }
      }
      assert.ok(raced.before > 0 && raced.after > 0, JSON.stringify(raced));
    },
  );
}
