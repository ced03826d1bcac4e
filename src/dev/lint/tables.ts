import { placeOf } from "./layers.ts";
import { textOf } from "./statements.ts";

const house = new URL("../../", import.meta.url);

/** The owner of each table or `table.column`, from the `tables.ts` of all districts. */
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

/** A statement that changes rows; after `update … set`, what is set. */
const changes =
  /\b(?:update (?:only )?(\w+)(?: (?:as )?\w+)? set (.*?)(?= where |returning|$)|delete from (?:only )?(\w+))/gi;

/** Refuses statements that update or delete rows of a table outside of the cell that owns it. */
export const tableOwners: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (place?.layer !== "store") return {};
    const check = (node: Deno.lint.Node) => {
      for (const [, updated, set = "", deleted] of textOf(node).replace(/\s+/g, " ").matchAll(changes)) {
        const owner = updated ? ownerOf(updated, set) : owners[deleted!];
        if (owner === undefined || place.path.startsWith(`${owner}/`)) continue;
        context.report({ node, message: `Only ${owner}/ changes rows of ${updated ?? deleted}: call a noun there.` });
      }
    };
    return { Literal: check, TemplateLiteral: check };
  },
};

/** The owner of the first column with an owner of its own, else of the table. */
function ownerOf(table: string, set: string): string | undefined {
  const column = /^(\w+) ?=/.exec(set)?.[1];
  return owners[`${table}.${column}`] ?? owners[table];
}
