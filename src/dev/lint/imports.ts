import { type Layer, layers, may, type Place, placeOf, targetOf } from "./layers.ts";

/** Refuses imports against the direction route → noun → store → platform, or past another feature's nouns. */
export const layerImports: Deno.lint.Rule = {
  create(context) {
    const from = placeOf(context.filename);
    if (!from) return {};
    return imports(({ specifier, node, typeOnly }) => {
      if (!specifier.startsWith(".")) return;
      const target = targetOf(from, specifier);
      if (!target || allows(layers[from.layer], from, target, typeOnly)) return;
      const { called, instead } = layers[target.layer];
      const message = `${sentence(layers[from.layer].called)} may not import ${called} (${target.path}): ${instead}.`;
      context.report({ node, message });
    });
  },
};

/** Refuses Hono outside of routes, `mod.ts` and `http/`. */
export const honoOnlyAtTheWire: Deno.lint.Rule = {
  create(context) {
    if (may(context.filename, "hono")) return {};
    return imports(({ specifier, node }) => {
      if (!/^(?:npm:)?(?:hono(?:[@/]|$)|@hono\/)/.test(specifier)) return;
      context.report({ node, message: "Hono stays in *_route.ts, mod.ts and http/: pass on plain values." });
    });
  },
};

/** Refuses imports whose version is not pinned in the import map of `deno.json`. */
export const pinnedNpm: Deno.lint.Rule = {
  create(context) {
    return imports(({ specifier, node }) => {
      const scheme = /^(?:jsr|https?|npm):/.exec(specifier)?.[0];
      if (!scheme) return;
      const message = scheme === "npm:"
        ? "Pin the package in the imports of deno.json and import it by its bare name."
        : `Replace the ${scheme} import by an npm package pinned in deno.json, the only registry in use.`;
      context.report({ node, message });
    });
  },
};

/**
 * Refuses dynamic imports in shipped code outside of `lazily()` or an `AsyncLocalStorage.snapshot()`: inside a request,
 * what they await would keep the context of that request, in which later requests would then start.
 */
export const noImportInRequests: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    const isOutside = /\blazily\(|AsyncLocalStorage\.snapshot\(\)/.test(context.sourceCode.text);
    if (!place || place.layer === "test" || isOutside) return {};
    const message = "Import it statically, or in `lazily()`.";
    return { ImportExpression: (node) => context.report({ node, message }) };
  },
};

/** An import, export or `import()` of a file. */
export type Import = { specifier: string; node: Deno.lint.Node; typeOnly: boolean };

/** Calls `see` with each import of a file. */
export function imports(see: (found: Import) => void): Deno.lint.LintVisitor {
  return {
    ImportDeclaration: (node) => see({ specifier: node.source.value, node, typeOnly: importsTypesOnly(node) }),
    ExportAllDeclaration: (node) => see({ specifier: node.source.value, node, typeOnly: node.exportKind === "type" }),
    ExportNamedDeclaration(node) {
      if (node.source) see({ specifier: node.source.value, node, typeOnly: node.exportKind === "type" });
    },
    ImportExpression(node) {
      if (node.source.type === "Literal") see({ specifier: String(node.source.value), node, typeOnly: false });
    },
    TSImportType(node) {
      const { argument } = node;
      if (argument.type !== "TSLiteralType" || argument.literal.type !== "Literal") return;
      see({ specifier: String(argument.literal.value), node, typeOnly: true });
    },
  };
}

function importsTypesOnly({ importKind, specifiers }: Deno.lint.ImportDeclaration): boolean {
  const named = specifiers.length > 0 &&
    specifiers.every((each) => each.type === "ImportSpecifier" && each.importKind === "type");
  return importKind === "type" || named;
}

function allows(layer: Layer, from: Place, target: Place, typeOnly: boolean): boolean {
  return layer.any.includes(target.layer) ||
    (typeOnly && layer.types.includes(target.layer)) ||
    (from.folder === target.folder && layer.own.includes(target.layer));
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
