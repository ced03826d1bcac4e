import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

/**
 * Features beyond the SQL standard by which databases that speak PostgreSQL's protocol differ, with their row in
 * docs/databases.md. The last ones are not used: their use needs a row.
 */
const features: [row: string, pattern: RegExp][] = [
  ["Triggers with transition tables", /\breferencing (?:old|new) table/i],
  ["Triggers for each statement", /\bfor each statement/i],
  ["Triggers for each row, with `when`", /\bfor each row\s+when \(/i],
  ["`LISTEN`, `NOTIFY`", /\bpg_notify\(/i],
  ["Transaction ids (`xid8`, `pg_snapshot_xmin`)", /\bxid8\b|\bpg_snapshot_xmin\b|\btxid_/i],
  ["Advisory locks", /\bpg_(?:try_)?advisory/i],
  ["`UNLOGGED` tables", /\bunlogged table/i],
  ["Generated stored columns", /\bgenerated always as \(/i],
  ["Identity columns", /\bas identity/i],
  ["Row locks: `FOR UPDATE`, `FOR SHARE`, `FOR NO KEY UPDATE`", /\bfor (?:no key update|share)\b/i],
  ["`SKIP LOCKED`", /\bskip locked/i],
  ["Partial and expression indexes", /\bcreate (?:unique )?index [^;]* where /i],
  ["`CREATE INDEX CONCURRENTLY`", /\bcreate (?:unique )?index concurrently/i],
  ['`COLLATE "C"`', /\bcollate "C"/i],
  ["`jsonb`, `bytea`, arrays", /\bjsonb\b|\bbytea\b/i],
  ["`inet`, `cidr`", /::(?:inet|cidr)\b/i],
  ["PL/pgSQL", /\blanguage plpgsql/i],
  ["Storage parameters (`fillfactor`, `autovacuum_…`)", /\bfillfactor\b|\bset \(autovacuum_/i],
  ["Deferrable constraints", /\bdeferrable\b(?! to )/i],
  ["Constraint triggers", /\bconstraint trigger/i],
  ["Extensions", /\bcreate extension/i],
  ["Indexes that are no B-tree", /\busing (?:gin|gist|brin|hash|spgist) ?\(/i],
  ["Exclusion constraints", /\bexclude using/i],
  ["Partitioned tables", /\)\s*partition by (?:range|list|hash)/i],
  ["Domains and types", /\bcreate (?:domain|type)\b/i],
  ["Materialized views", /\bcreate materialized view/i],
  ["Row-level security", /\benable row level security/i],
  ["`LOCK TABLE`", /\block table\b/i],
  ["`MERGE`", /\bmerge into\b/i],
];

Deno.test("docs/databases.md has a row for each feature of PostgreSQL that our SQL uses, and no other", async () => {
  const sql = [...statements(new URL("sql/", root), ".sql"), ...statements(new URL("src/", root), ".ts")].join("\n");
  const used = features.filter(([, pattern]) => pattern.test(sql)).map(([row]) => row);
  const page = await Deno.readTextFile(new URL("docs/databases.md", root));
  const [, table = ""] = /\n(\| Sentinel uses [\s\S]*?)\n\n/.exec(page) ?? [];
  const rows = table.split("\n").slice(2).map((line) => line.split(" | ")[0]!.replace(/^\| /, "").trim());
  assert.deepEqual(rows.filter((row) => row !== "Several statements of DDL in one transaction"), used);
});

/** The texts of the files that have SQL: migrations, stores, and those of `platform/`. Comments are no statements. */
function* statements(folder: URL, ending: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory && !["testing", "dev", "client"].includes(name)) {
      yield* statements(new URL(`${name}/`, folder), ending);
    } else if (name.endsWith(ending) && !name.endsWith("_test.ts")) {
      const text = Deno.readTextFileSync(new URL(name, folder));
      if (ending === ".sql" || text.includes(".query")) yield text.replaceAll(/^\s*(?:--|\/\/|\*|\/\*\*).*$/gm, "");
    }
  }
}
