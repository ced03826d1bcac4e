import deno from "../../deno.json" with { type: "json" };
import { type Setting, settings } from "../vocabulary/dictionary.ts";
import { settingNames } from "../compose/config.ts";
import { statementCounts } from "../testing/statements/statement_counts.ts";
import { districts } from "./lint/districts.ts";
import { placeOf, targetOf } from "./lint/layers.ts";
import { owners } from "./lint/tables.ts";
import { permissions } from "../vocabulary/dictionary.ts";
import { filesBelow } from "./mutation/test_files.ts";

const source = new URL("../", import.meta.url).pathname;

/** `docs/settings.md`, from the `dictionary.ts` of each district. */
export function settingsPage(): string {
  const rows = settingNames.map((name) => {
    const { about, default: given, otherwise }: Setting = settings[name];
    const fallback = otherwise ?? (typeof given === "string" ? `\`${given}\`` : "");
    return [`\`${name}\``, fallback, about];
  });
  return [
    "# Settings",
    "",
    "`deno task generate` writes this page from the declarations of the settings.",
    "",
    "Sentinel reads these environment variables once, when it starts. An empty variable counts as unset. Each setting may",
    "also be given as `<NAME>_FILE`, the path of a file that contains the value; the file must be in `/run/secrets`,",
    "`/run/credentials`, `/etc/sentinel` or a data folder. If any value is wrong, Sentinel reports every error and does not",
    "start. `sentinel config check` reports the same errors. [`.env.example`](../.env.example) lists the same settings;",
    "Sentinel does not read an `.env` file itself.",
    "",
    ...table(["Setting", "Default", "Meaning"], rows),
  ].join("\n");
}

/** The table of the permissions that Sentinel's own operations require. */
export function permissionsTable(): string {
  return table(["Permission", "Allows"], Object.entries(permissions).map(([name, about]) => [`\`${name}\``, about]))
    .join("\n");
}

/** The tasks of `deno.json`, for `docs/development.md`. */
export function tasksTable(): string {
  const rows = Object.entries(deno.tasks).map(([name, { description }]) => [`\`${name}\``, description]);
  return table(["`deno task …`", "Does"], rows).join("\n");
}

/** `docs/statements.md`, from the table that `access/costs_test.ts` asserts. */
export function statementsPage(): string {
  const rows = Object.entries<{ statements: string; hashes?: number }>(statementCounts)
    .map(([request, { statements, hashes = 0 }]) => {
      const names = statements.split(", ").filter(Boolean);
      return [request, String(names.length), String(hashes), names.map((name) => `\`${name}\``).join(", ")];
    });
  return [
    "# Statements per request",
    "",
    "How many SQL statements each request runs, and how many passwords it hashes. `src/access/costs_test.ts` asserts every",
    "row. `deno task generate` writes this page from `src/testing/statements/statement_counts.ts`.",
    "",
    "“Known” means that this replica has the token's session, the user and the role graph in memory; “new” means that it",
    "has not seen the token or the subject before. `begin` and `commit`, which surround every change, are not counted, and",
    "neither is the statement that prepares a new connection. A login whose stored hash does not match the current policy",
    "costs one more statement and one more hash. Refreshes, logins and sign-ins in applications at the same time share",
    "statements, which have other names then: refreshes, for example, `list_for_refresh` and `update_refresh_counters`",
    "([decision 069](decisions/069_rotations_share_statements.md)). The metrics",
    "`sentinel_db_query_duration_seconds_count{statement=…}` and `sentinel_hash_duration_seconds_count` count both on a",
    "running server.",
    "",
    ...table(["Request", "Statements", "Hashes", "Statements in order"], rows),
  ].join("\n");
}

/** `docs/decisions/README.md`, from the heading and the date of each decision. */
export function decisionsPage(): string {
  const folder = new URL("../../docs/decisions/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /^\d{3}_/.test(name)).sort();
  const rows = files.map((name) => {
    const [, title = "", date = ""] = /^# (.+)\n\n(\S+)\n/.exec(Deno.readTextFileSync(new URL(name, folder))) ?? [];
    return [`[${name.slice(0, 3)}](${name})`, title, date];
  });
  return [
    "# Decisions",
    "",
    "Each page states a decision, the reason, and the trade-off. A decision that is revised gets a new page.",
    "`deno task generate` writes this list.",
    "",
    ...table(["", "Decision", "Date"], rows),
  ].join("\n");
}

/** `docs/districts.md`: which district may import which, and which of these imports exist. */
export async function districtsPage(): Promise<string> {
  const used = await importedDistricts();
  const present = districts.filter((name) => used.has(name));
  const rows = present.map((from, height) => [
    `\`${from}\``,
    ...present.map((to, at) => at === height ? "–" : at > height ? "" : used.get(from)!.has(to) ? "●" : "○"),
  ]);
  return [
    "# Imports between districts",
    "",
    "`deno task generate` writes this page from `src/dev/lint/districts.ts` and the sources.",
    "",
    "A district is a folder of `src/`. A file imports only from its own district and from the districts to the left of it;",
    "`deno lint` refuses every other import. ● marks an import that exists, ○ one that is allowed. `testing/`, `dev/` and",
    "tests may import everything; `client/` imports nothing of the server.",
    "",
    ...table(["imports from →", ...present.map((name) => `\`${name}\``)], rows),
  ].join("\n");
}

/** The tables of each cell, in the order of the districts. */
export function ownersTable(): string {
  const height = (cell: string) => districts.indexOf(cell.slice(0, cell.indexOf("/")));
  const cells = Object.entries(Object.groupBy(Object.entries(owners), ([, cell]) => cell))
    .toSorted(([a], [b]) => height(a) - height(b) || a.localeCompare(b));
  return table(
    ["Cell", "Owns"],
    cells.map(([cell, rows]) => [`\`${cell}\``, rows!.map(([name]) => `\`${name}\``).sort().join(", ")]),
  ).join("\n");
}

/** The districts that the shipped files of each district import from. */
async function importedDistricts(): Promise<Map<string, Set<string>>> {
  const used = new Map<string, Set<string>>();
  for (const path of await filesBelow([source], (name) => name.endsWith(".ts"))) {
    const from = placeOf(path);
    if (!from || from.folder === "" || from.layer === "test" || from.layer === "client") continue;
    const targets = used.get(from.folder) ?? new Set();
    used.set(from.folder, targets);
    for (const [, specifier] of (await Deno.readTextFile(path)).matchAll(/from "(\.[^"]+)"/g)) {
      const target = targetOf(from, specifier!);
      if (target) targets.add(target.folder);
    }
  }
  return used;
}

/** The lines of a table. */
function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}
