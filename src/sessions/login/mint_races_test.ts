import { localActor } from "../../vocabulary/actor.ts";
import { anyRevision } from "../../access/grants/grants.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Sentinel, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { becomes, begun, refresh, statusOf, waitsBehind } from "../../testing/people/sessions.ts";

const replicas = await startReplicas({ deaf: true });
const [first, , editor] = replicas;
const { roles } = editor;
const actor = localActor;
const always = () => true;
const permission = "admin_area:enter";
const path = "/admin-only";

// Without the hash, which no edit races with, a login mints before an edit as often as after it.
for (const { passwords } of replicas) {
  Object.assign(passwords, { verify: () => Promise.resolve(true), needsRehash: () => false });
}
await roles.create({ name: "porter", description: "", permissions: [], parents: [] }, actor);
await roles.create({ name: "doorman", description: "", permissions: [], parents: ["porter"] }, actor);

type Person = { id: string; username: string };

/** A token that was requested before the edit was acknowledged, and whether it was accepted when it was new. */
type Minted = { token: string; opened: boolean };

/** Prepares the replica to mint for the person, repeatedly. */
type Mint = (at: Sentinel, person: Person) => Promise<() => Promise<string>>;

const login: Mint = (at, { username }) =>
  Promise.resolve(async () => {
    const answer = await at.fetch("/login", { form: { username, password: "whatever" } });
    assert.equal(answer.status, 200);
    return (await answer.json()).access_token;
  });

const refreshing: Mint = async (at, { id }) => {
  let token = await begun(at, id);
  return async () => {
    const answer = await refresh(at, token);
    assert.equal(answer.status, 200);
    const { access_token, refresh_token } = await answer.json();
    token = refresh_token;
    return access_token;
  };
};

const minters = (person: Person) =>
  Promise.all(
    replicas.flatMap((at) => [login, refreshing].map(async (mint) => ({ at, mint: await mint(at, person) }))),
  );

const rolesIn = (token: string): string[] =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()).roles;

async function minted({ at, mint }: { at: Sentinel; mint: () => Promise<string> }): Promise<Minted> {
  const token = await mint();
  return { token, opened: await statusOf(at, token, path) === 200 };
}

/** Lets every replica log the person in and refresh, repeatedly, until the edit is acknowledged. */
async function mintedDuring(
  person: Person,
  older: string,
  edit: (person: Person) => Promise<unknown>,
): Promise<Minted[]> {
  const streams = await minters(person);
  let acknowledged = false;
  const editing = edit(person).finally(() => acknowledged = true).then(async () => {
    assert.equal(await statusOf(editor, older, path), 403);
  });
  const minting = streams.map(async (stream) => {
    const all: Minted[] = [];
    while (!acknowledged) all.push(await minted(stream));
    return all;
  });
  const [, ...all] = await Promise.all([editing, ...minting]);
  return all.flat();
}

/**
 * Asserts that no replica accepts any of the tokens: the one that made the edit at once, the others when they have
 * heard of it.
 */
async function openNothing(tokens: string[]): Promise<void> {
  for (const token of tokens) assert.equal(await statusOf(editor, token, path), 403);
  for (const replica of replicas) {
    await becomes(403, replica, tokens[0]!, path);
    for (const token of tokens) assert.equal(await statusOf(replica, token, path), 403);
  }
}

const edits: [
  what: string,
  edit: (person: Person) => Promise<unknown>,
  carries: (each: Minted) => boolean,
][] = [
  [
    "somebody loses a role",
    ({ id }) => editor.grants.revoke(id, "doorman", anyRevision, actor),
    ({ token }) => rolesIn(token).includes("doorman"),
  ],
  [
    "a role loses a permission",
    () => roles.removePermission("porter", permission, always, actor),
    ({ opened }) => opened,
  ],
  [
    "a role loses what it inherits",
    () => roles.removeParent("doorman", "porter", always, actor),
    ({ opened }) => opened,
  ],
];

for (const [what, edit, carries] of edits) {
  testOnPostgres(
    `T193 T139 tokens that three replicas mint while ${what} are not accepted afterwards`,
    async () => {
      const raced = { before: 0, after: 0 };
      for (let round = 0; round < roundsOr(20); round++) {
        await roles.addPermission("porter", permission, always, actor);
        await roles.addParent("doorman", "porter", always, actor);
        const person = await newcomer(first, { roles: ["doorman"] });
        const [{ token: older }] = await Promise.all((await minters(person)).map(minted)) as [Minted];
        for (const replica of replicas) await becomes(200, replica, older, path);
        const during = await mintedDuring(person, older, edit);
        for (const each of during) raced[carries(each) ? "before" : "after"]++;
        await openNothing([older, ...during.map(({ token }) => token)]);
        for (const each of await minters(person)) assert.equal(carries(await minted(each)), false);
      }
      assert.ok(raced.before > 0 && raced.after > 0, JSON.stringify(raced));
    },
  );
}

testOnPostgres("a login waits while its user is being disabled, and then starts no session", async () => {
  const { id, username } = await newcomer(first);
  let answer: Promise<Response> | undefined;
  await first.db.transaction(async (tx) => {
    await tx.query("test", "update users set disabled_at = now() where id = $1", [id]);
    answer = first.fetch("/login", { form: { username, password: "whatever" } });
    assert.ok(await waitsBehind(tx, first, answer), "it did not wait");
  });
  assert.equal((await answer!).status, 401);
  assert.deepEqual(await first.db.query("test", "select from sessions where user_id = $1", [id]), []);
});
