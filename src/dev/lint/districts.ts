import { type Place, placeOf, targetOf } from "./layers.ts";
import { imports } from "./imports.ts";

/** The districts of `src/`, lowest first. Each imports only from itself and from earlier ones. */
export const districts = [
  "platform",
  "vocabulary",
  "http",
  "audit",
  "delivery",
  "access",
  "tokens",
  "credentials",
  "sessions",
  "accounts",
  "oauth",
  "operations",
  "portability",
  "account",
  "console",
  "compose",
  "cli",
];

/**
 * The place of a feature that is not in the list: it may import from all others, and only what composes it may import
 * from it.
 */
const newFeature = districts.indexOf("operations") - 0.5;

/** Refuses imports from a district to a later one, even of a type. */
export const districtImports: Deno.lint.Rule = {
  create(context) {
    const from = placeOf(context.filename);
    if (!from || from.layer === "test" || from.layer === "client") return {};
    return imports(({ specifier, node }) => {
      const target = specifier.startsWith(".") ? targetOf(from, specifier) : undefined;
      if (!target || heightOf(target) <= heightOf(from)) return;
      const message = `${from.folder || from.path} is below ${target.folder || target.path} (${target.path}): ` +
        "take what is needed as an argument, or move it down.";
      context.report({ node, message });
    });
  },
};

function heightOf({ folder, path }: Place): number {
  if (path === "version.ts") return -1;
  if (folder === "") return districts.length;
  const height = districts.indexOf(folder);
  return height < 0 ? newFeature : height;
}
