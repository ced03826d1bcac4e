import { may, placeOf } from "./layers.ts";

/** Globals that bypass the signature of a function, and the freedom that allows their use. */
const reaches = [
  { object: "Deno", member: "env", freedom: "environment" },
  { object: "process", member: "env", freedom: "environment" },
  { object: "Date", member: "now", freedom: "clock" },
  { object: "performance", member: "now", freedom: "clock" },
  { object: "Temporal", member: "Now", freedom: "clock" },
] as const;

/** Refuses to read the environment outside of `config.ts`. */
export const environmentOnlyInConfig = fence(
  "environment",
  "Only config.ts reads the environment: add a key there and take its value as an argument.",
);

/** Refuses to read the machine's clock in a rule, a statement or a route. */
export const clockAsDependency = fence(
  "clock",
  "Take a `Clock` as a dependency and call its `now()`, so that a test can set the time.",
);

/** Refuses to normalise text except where its length is limited. */
export const normalizeOnlyWhenBounded: Deno.lint.Rule = {
  create(context) {
    if (placeOf(context.filename)?.path === "platform/text/normal_form.ts" || may(context.filename, "normalize")) {
      return {};
    }
    const message = "Call `normalForm()`, which limits the length: a long run of combining marks takes seconds.";
    return {
      MemberExpression(node) {
        if (keyName(node.property) === "normalize") context.report({ node, message });
      },
      VariableDeclarator({ id }) {
        if (id.type !== "ObjectPattern") return;
        for (const each of id.properties) {
          if (each.type === "Property" && keyName(each.key) === "normalize") context.report({ node: each, message });
        }
      },
    };
  },
};

/** Refuses markup that is not escaped. Templates of `html` escape every value. */
export const escapedMarkup: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place || place.layer === "test" || place.layer === "client") return {};
    const message = "Write markup with `html` of http/pages/markup.ts, which escapes values.";
    return {
      ImportSpecifier(node) {
        const { parent } = node;
        if (parent.type !== "ImportDeclaration" || !parent.source.value.startsWith("hono/")) return;
        if (keyName(node.imported) === "raw") context.report({ node, message });
      },
      Identifier(node) {
        if (node.name === "dangerouslySetInnerHTML" || node.name === "innerHTML") context.report({ node, message });
      },
      JSXIdentifier(node) {
        if (node.name === "dangerouslySetInnerHTML") context.report({ node, message });
      },
    };
  },
};

function fence(freedom: "clock" | "environment", message: string): Deno.lint.Rule {
  const held = reaches.filter((reach) => reach.freedom === freedom);
  const reached = (object: string, member: string) =>
    held.some((reach) => reach.object === object && reach.member === member);
  return {
    create(context) {
      if (may(context.filename, freedom)) return {};
      return {
        MemberExpression(node) {
          if (reached(lastName(node.object), keyName(node.property))) context.report({ node, message });
        },
        VariableDeclarator({ id, init }) {
          if (id.type !== "ObjectPattern" || !init) return;
          for (const each of id.properties) {
            if (each.type === "Property" && reached(lastName(init), keyName(each.key))) {
              context.report({ node: each, message });
            }
          }
        },
        ImportSpecifier(node) {
          const { parent } = node;
          if (parent.type !== "ImportDeclaration" || !/^(?:node:)?process$/.test(parent.source.value)) return;
          if (reached("process", keyName(node.imported))) context.report({ node, message });
        },
        NewExpression(node) {
          const unset = lastName(node.callee) === "Date" && node.arguments.length === 0;
          if (unset && freedom === "clock") context.report({ node, message });
        },
        CallExpression(node) {
          if (lastName(node.callee) === "Date" && freedom === "clock") context.report({ node, message });
        },
      };
    },
  };
}

/** The last name of `a`, `x.a` or `x["a"]`, so that `globalThis.Deno` becomes `Deno`. */
function lastName(node: Deno.lint.Node): string {
  return node.type === "MemberExpression" ? keyName(node.property) : node.type === "Identifier" ? node.name : "";
}

function keyName(node: Deno.lint.Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}
