import { placeOf } from "./layers.ts";
import { textOf } from "./statements.ts";

const house = new URL("../../", import.meta.url);

/** The owner of each table, or of `table.column`, from every district's `tables.ts`. */
export const owners: Readonly<Record<string, string>> = Object.assign(
  {},
  ...await Promise.all(
    [...Deno.readDirSync(house)].filter(({ name, isDirectory }) => isDirectory && hasTables(name))
      .map(async ({ name }) => (await import(new URL(`${name}/tables.ts`, house).href)).tables),
  ),
);

function hasTables(district: string): boolean {
  try {
    return Deno.statSync(new URL(`${district}/tables.ts`, house)).isFile;
  } catch {
    return false;
  }
}

/** A change of rows, after `update … set` with what is set. */
const changes =
  /\b(?:update (?:only )?(\w+)(?: (?:as )?\w+)? set (.*?)(?= where |returning|$)|delete from (?:only )?(\w+))/gi;

/** Fails a statement that updates or deletes rows of a table outside the cell that owns it. */
export const tableOwners: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (place?.layer !== "store") return {};
    const check = (node: Deno.lint.Node) => {
      for (const [, updated, set = "", deleted] of textOf(node).replace(/\s+/g, " ").matchAll(changes)) {
        const owner = updated ? ownerOf(updated, set) : owners[deleted!];
        if (owner === undefined || place.path.startsWith(`${owner}/`)) continue;
        context.report({ node, message: `Only ${owner}/ changes rows of ${updated ?? deleted}: ask a noun there.` });
      }
    };
    return { Literal: check, TemplateLiteral: check };
  },
};

/** The owner of the first column with an owner of its own, else the table's. */
function ownerOf(table: string, set: string): string | undefined {
  const column = /^(\w+) ?=/.exec(set)?.[1];
  return owners[`${table}.${column}`] ?? owners[table];
}
