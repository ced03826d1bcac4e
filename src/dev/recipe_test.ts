import assert from "node:assert/strict";
import { join } from "node:path";
import { migrations } from "../compose/migrations.ts";
import { copyRepository } from "./repository_copy.ts";

const migration = `${String(migrations.length + 1).padStart(4, "0")}_greetings`;

/** The files of a new feature, as the recipe of ARCHITECTURE.md lists them. */
const files: Record<string, string> = {
  "src/greetings/dictionary.ts": `import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const greetingsDictionary = defineDictionary({
  permissions: { "greetings:write": "Greet" },
  auditActions: { "user.greeted": "A user was greeted." },
  metrics: { sentinel_greetings_total: { kind: "counter", help: "Greetings." } },
  settings: { SENTINEL_GREETING: { about: "What a greeting says", schema: s.anything, default: "Hello" } },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    greetings: typeof greetingsDictionary;
  }
}
`,
  "src/greetings/greeting_store.ts": `import type { Db } from "../platform/db/db.ts";

export async function insertGreeting(db: Db, text: string): Promise<void> {
  await db.query("insert_greeting", "insert into greetings (text) values ($1)", [text]);
}
`,
  "src/greetings/greetings.ts": `import { recordAudit } from "../audit/events/audit.ts";
import type { Database } from "../platform/db/db.ts";
import type { Actor } from "../vocabulary/actor.ts";
import { insertGreeting } from "./greeting_store.ts";

export type Greetings = ReturnType<typeof createGreetings>;

export function createGreetings({ db, text, count }: { db: Database; text: string; count: () => void }) {
  return {
    async greet(actor: Actor): Promise<{ text: string }> {
      await db.transaction(async (tx) => {
        await insertGreeting(tx, text);
        await recordAudit(tx, { action: "user.greeted", ...actor, subject: { type: "user", id: actor.actor_id } });
      });
      count();
      return { text };
    },
  };
}
`,
  "src/greetings/greetings_route.ts": `import { z } from "@hono/zod-openapi";
import { ok, operation, problems, requires, resource } from "../http/contract/contract.ts";
import type { Greetings } from "./greetings.ts";

const greet = operation("POST /greetings", {
  operationId: "createGreeting",
  tags: ["accounts"],
  summary: "Greet",
  ...requires("greetings:write"),
  ...ok(z.strictObject({ text: z.string() }).openapi("Greeting"), "The greeting"),
  ...problems("unavailable"),
});

/** \`POST /greetings\` */
export const greetingsRoute = resource([greet], (app, { greetings }: { greetings: Greetings }) => {
  app.add(greet, ({ actor }) => greetings.greet(actor()));
});
`,
  "src/greetings/mod.ts": `import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createGreetings } from "./greetings.ts";
import { greetingsRoute } from "./greetings_route.ts";
import "./dictionary.ts";

/** Greets. */
export const greetings = feature({
  name: "greetings",
  compose: ({ db, instruments, settings }: Foundation) => ({
    greetings: createGreetings({
      db,
      text: settings.SENTINEL_GREETING,
      count: () => instruments.sentinel_greetings_total.with({}).inc(),
    }),
  }),
  resources: [greetingsRoute],
});
`,
  "src/greetings/tables.ts": `/** The cell that updates and deletes the rows of each table. */
export const tables = { greetings: "greetings" } as const;
`,
  [`sql/migrations/${migration}.sql`]: `create table greetings (text text not null);
insert into permissions (name, description, built_in) values ('greetings:write', 'Greet', true);
`,
};

/** What the recipe adds to files that exist: a line after another one. */
const lines: [file: string, after: string, line: string][] = [
  ["src/compose/features.ts", "  .and(accounts)\n", "  .and(greetings)\n"],
  ["src/compose/features.ts", '"../accounts/mod.ts";\n', 'import { greetings } from "../greetings/mod.ts";\n'],
  [
    "src/compose/migrations.ts",
    `with { type: "text" };\nimport type`,
    `import added from "../../sql/migrations/${migration}.sql" with { type: "text" };\n`,
  ],
  ["src/compose/migrations.ts", "},\n];", `  { name: "${migration}", sql: added },\n`],
];

/** A test of the new feature, over the wire. */
const featureTest = `import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel({ settings: { SENTINEL_GREETING: "Good day" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("POST /greetings greets, is on the record, is counted, and requires its permission", async () => {
  assert.equal((await sentinel.fetch("/greetings", { method: "POST" }, "grace")).status, 403);
  const response = await sentinel.fetch("/greetings", { method: "POST" }, "ada");
  assert.deepEqual(await response.json(), { text: "Good day" });
  const { items } = await (await sentinel.fetch("/audit-events?action=user.greeted", {}, "ada")).json();
  assert.deepEqual(items.map(({ actor_id }: { actor_id: string }) => actor_id), [await sentinel.settled("ada")]);
  assert.match(await (await sentinel.fetch("/metrics")).text(), /^sentinel_greetings_total 1$/m);
});
`;

Deno.test("a feature that follows the recipe is in the API, the documents, the client, the tables and the sweeps", async () => {
  await using repository = await copyRepository();
  const at = (path: string) => join(repository.copy, path);
  await Deno.mkdir(at("src/greetings"));
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(at(path), text);
  for (const [path, after, line] of lines) {
    const text = await Deno.readTextFile(at(path));
    const end = text.indexOf(after) + after.lastIndexOf("\n") + 1;
    assert.ok(text.includes(after), `${path}: ${after}`);
    await Deno.writeTextFile(at(path), text.slice(0, end) + line + text.slice(end));
  }
  await Deno.writeTextFile(at("src/greetings/greetings_test.ts"), featureTest);

  await deno(repository.copy, "run", "-A", "src/dev/generate.ts");
  await deno(repository.copy, "check", "src/main.ts", "src/greetings/greetings_test.ts");
  await deno(repository.copy, "lint", "src/greetings", "src/compose");
  await deno(repository.copy, "fmt", "--check", "src/greetings", "src/compose", "src/dev/lint");
  for (
    const [path, words] of [
      ["openapi.json", ["/greetings", "greetings:write", "user.greeted"]],
      ["src/client/schema.ts", ["/greetings", "createGreeting"]],
      ["docs/settings.md", ["SENTINEL_GREETING"]],
      [".env.example", ["SENTINEL_GREETING=Hello"]],
      ["observability/METRICS.md", ["sentinel_greetings_total"]],
      ["ARCHITECTURE.md", ["`greetings`"]],
    ] as const
  ) {
    const text = await Deno.readTextFile(at(path));
    for (const word of words) assert.ok(text.includes(word), `${word} is missing from ${path}`);
  }
  const tests = ["src/greetings/greetings_test.ts", "src/http/sweep_test.ts", "src/dev/lint/districts_test.ts"];
  const report = await deno(repository.copy, "run", "-A", "src/testing/run/run.ts", ...tests);
  assert.match(report, /POST \/greetings greets.*ok/);
});

/** Runs Deno in `cwd` and returns what it prints. @throws when it fails. */
async function deno(cwd: string, ...args: string[]): Promise<string> {
  const options = { args, cwd, env: { NO_COLOR: "1" }, stdout: "piped", stderr: "piped" } as const;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, `deno ${args.join(" ")}\n${printed}`);
  return printed;
}
