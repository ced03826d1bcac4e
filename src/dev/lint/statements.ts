import { may, placeOf } from "./layers.ts";

/** Words that follow a verb in English but not in SQL: "select a role from the list". */
const notEnglish = String.raw`(?!(?:an?|the|this|that|these|those|your|its|their|one|any|all|every|each|another)\b)`;
const name = String.raw`${notEnglish}["\w.$]+`;
const adjectives = "(?:(?:or replace|unique|unlogged|temp|temporary|materialized) )*";
const object = "(?:table|index|schema|trigger|view|function|procedure|sequence|extension|domain)";

/** The beginnings of statements, with white space reduced and `$0` for each template hole. */
const shapes = [
  String.raw`select (?:distinct )?(?:\*|\$?\d|["\w.]+\((?!s\)))`,
  String.raw`select ${notEnglish}.*\bfrom (?:lateral |only )?(?:\(|${name})`,
  String.raw`insert into ${name}(?: as \w+)? ?(?:\(|\$|(?:values|select|default|with|overriding)\b)`,
  String.raw`update (?:only )?${name}(?: (?:as )?\w+)? set (?:\$|.*=)`,
  String.raw`delete from (?:only )?${name}(?: (?:as )?\w+)?(?: (?:where|using|returning)\b|;|$)`,
  String.raw`merge into ${name}.* using\b`,
  String.raw`with (?:recursive )?["\w$]+ ?(?:\([^)]*\) ?)?as (?:(?:not )?materialized )?\(`,
  String.raw`lock (?:table ${name}|${name} in .* mode)`,
  String.raw`notify (?:"|\$|\w+, ?')`,
  String.raw`(?:un)?listen (?:"|\$|\*|\w+_\w+;?$)`,
  String.raw`(?:re)?set (?:transaction|constraints|search_path|\w+_(?:timeout|commit|level))\b`,
  String.raw`set (?:local |session )?["\w.]+ ?=`,
  String.raw`set (?:local|session) ["\w.]+ to\b`,
  String.raw`(?:create|alter|drop) ${adjectives}${object} (?:concurrently )?(?:if (?:not )?exists )?${name}`,
  String.raw`truncate table ${name}`,
  String.raw`(?:begin|start) (?:transaction|isolation)\b`,
  String.raw`discard all\b`,
].map((shape) => new RegExp(`^${shape}`, "i"));

/** Whether text is a statement rather than a sentence, which ends with a punctuation mark. */
export function looksLikeSql(text: string): boolean {
  const folded = text.replace(/--.*$/gm, "").replace(/\s+/g, " ").trim();
  return !/[.!?…:]$/.test(folded) && shapes.some((shape) => shape.test(folded));
}

/** Refuses SQL text, and the text argument of a `query` call, outside of `*_store.ts` and `platform/`. */
export const sqlOnlyInStores: Deno.lint.Rule = {
  create(context) {
    if (may(context.filename, "sql")) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "SQL stays in *_store.ts and platform/: move the statement to a store function.",
      });
    const seesText = (node: Deno.lint.Node) => {
      if (looksLikeSql(textOf(node))) report(node);
    };
    return {
      Literal: seesText,
      TemplateLiteral: seesText,
      CallExpression(node) {
        const text = calls(node, "query") ? node.arguments[1] : undefined;
        if (text && !looksLikeSql(textOf(text))) report(text);
      },
    };
  },
};

/** Refuses exported store functions that are not one statement on `db: Db`, and stores that decide. */
export const storeShape: Deno.lint.Rule = {
  create(context) {
    if (placeOf(context.filename)?.layer !== "store") return {};
    const queries: Deno.lint.CallExpression[] = [];
    return {
      CallExpression(node) {
        if (calls(node, "query")) queries.push(node);
        if (calls(node, "transaction")) {
          context.report({
            node,
            message: "A store opens no transaction: let the noun open it and pass `tx` as `db`.",
          });
        }
      },
      NewExpression(node) {
        if (node.callee.type !== "Identifier" || node.callee.name !== "Problem") return;
        context.report({ node, message: "A store throws no Problem: return the result and let the noun decide." });
      },
      "Program:exit"(program) {
        for (const { node, run } of exportedFunctions(program)) {
          if (!takesDb(run)) {
            context.report({
              node,
              message: "A store function takes `db: Db` first, so that it joins any transaction.",
            });
          }
          const count = queries.filter(({ range }) => within(range, run.range)).length;
          if (count !== 1) {
            const message = `A store function runs one statement, not ${count}: split it, and let the noun compose.`;
            context.report({ node, message });
          }
        }
      },
    };
  },
};

type Run = Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression | Deno.lint.ArrowFunctionExpression;
type Named = { name: string; node: Deno.lint.Node; run: Run; exported: boolean };

function exportedFunctions({ body }: Deno.lint.Program): Named[] {
  const listed = body.flatMap((each) =>
    each.type === "ExportNamedDeclaration" && !each.source ? each.specifiers.map(({ local }) => local) : []
  ).map((local) => local.type === "Identifier" ? local.name : "");
  return body.flatMap((each) =>
    each.type === "ExportNamedDeclaration" ? functions(each.declaration, true) : functions(each, false)
  ).filter(({ name, exported }) => exported || listed.includes(name));
}

function functions(node: Deno.lint.Node | null, exported: boolean): Named[] {
  if (node?.type === "FunctionDeclaration") {
    return [{ name: node.id?.name ?? "", node: node.id ?? node, run: node, exported }];
  }
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init }) => {
    const runs = init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
    return runs && id.type === "Identifier" ? [{ name: id.name, node: id, run: init, exported }] : [];
  });
}

function takesDb({ params: [first] }: Run): boolean {
  const type = first?.type === "Identifier" && first.name === "db" ? first.typeAnnotation?.typeAnnotation : undefined;
  return type?.type === "TSTypeReference" && type.typeName.type === "Identifier" && type.typeName.name === "Db";
}

function calls({ callee }: Deno.lint.CallExpression, method: string): boolean {
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" && callee.property.name === method;
}

/** The text of a literal, with `$0` for the holes of a template. */
export function textOf(node: Deno.lint.Node): string {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : "";
  return node.type === "TemplateLiteral" ? node.quasis.map((part) => part.cooked).join("$0") : "";
}

function within([start, end]: Deno.lint.Range, [from, to]: Deno.lint.Range): boolean {
  return from <= start && end <= to;
}
