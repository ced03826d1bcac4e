import { type Layer, layers, may, type Place, placeOf, targetOf } from "./layers.ts";

/** Fails an import that runs against route → noun → store → platform, or around another feature's nouns. */
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

/** Fails Hono outside routes, `mod.ts` and `http/`. */
export const honoOnlyAtTheWire: Deno.lint.Rule = {
  create(context) {
    if (may(context.filename, "hono")) return {};
    return imports(({ specifier, node }) => {
      if (!/^(?:npm:)?(?:hono(?:[@/]|$)|@hono\/)/.test(specifier)) return;
      context.report({ node, message: "Hono stays in *_route.ts, mod.ts and http/: pass plain values on from there." });
    });
  },
};

/** Fails an import whose version is not pinned by the import map of `deno.json`. */
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
 * Fails a dynamic import in shipped code that is not run by an `AsyncLocalStorage.snapshot()`: what it awaits inside a
 * request keeps that request's context, which later requests then start in.
 */
export const noImportInRequests: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place || place.layer === "test" || context.sourceCode.text.includes("AsyncLocalStorage.snapshot()")) return {};
    const message = "Import it statically, or run the import by an `AsyncLocalStorage.snapshot()` of the module's own.";
    return { ImportExpression: (node) => context.report({ node, message }) };
  },
};

/** One import, export or `import()` of a file. */
export type Import = { specifier: string; node: Deno.lint.Node; typeOnly: boolean };

/** Shows each import of a file to `see`. */
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
