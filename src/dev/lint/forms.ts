import { may, placeOf } from "./layers.ts";

const fileLinesMax = 300;
const functionLinesMax = 60;
const widthMax = 120;
const tooWide = new RegExp(`^.{${widthMax + 1},}$`, "gm");

/** Names without meaning: as the last word of a name, or alone. */
const namesRefused = /(?:^|_)(?:utils?|helpers?|managers?)$|^(?:common|shared|types?|base)$/;

/** Refuses default exports, except the one that the linter requires of a plugin. */
export const noDefaultExport: Deno.lint.Rule = {
  create(context) {
    const path = placeOf(context.filename)?.path;
    if (!path || path === "dev/lint/plugin.ts") return {};
    const message = "Export it by name, so that it has the same name everywhere.";
    return {
      ExportDefaultDeclaration: (node) => context.report({ node, message }),
      ExportSpecifier(node) {
        if (context.sourceCode.getText(node.exported) === "default") context.report({ node, message });
      },
    };
  },
};

/** Refuses enums. */
export const noEnum: Deno.lint.Rule = {
  create(context) {
    const message = "Write a union of string literals, or a table `as const` and its `keyof`, in place of the enum.";
    return { TSEnumDeclaration: (node) => context.report({ node, message }) };
  },
};

/** Refuses classes that are neither errors nor disposable. */
export const noClass: Deno.lint.Rule = {
  create(context) {
    if (may(context.filename, "class")) return {};
    const see = (node: Deno.lint.ClassDeclaration | Deno.lint.ClassExpression) => {
      const text = (part: Deno.lint.Node) => context.sourceCode.getText(part);
      const isError = node.superClass && /^(?:\w*Error|Problem)$/.test(text(node.superClass));
      const isDisposable = node.body.body.some((each) =>
        each.type === "MethodDefinition" && /^Symbol\.(?:asyncD|d)ispose$/.test(text(each.key))
      );
      if (isError || isDisposable) return;
      const message = "Write `createThings(deps)` that returns functions; classes are for errors and disposables.";
      context.report({ node, message });
    };
    return { ClassDeclaration: see, ClassExpression: see };
  },
};

/** Refuses file and folder names that are not `snake_case` or name no single thing. */
export const fileNames: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    const path = place?.path ?? context.filename.replaceAll("\\", "/").split("/").at(-1) ?? "";
    return {
      Program() {
        for (const part of path.split("/")) {
          const stem = part.replace(/(?:\.d)?\.[jt]sx?$/, "");
          if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(stem)) {
            context.report({ range: [0, 0], message: `Name \`${part}\` in snake_case.` });
          }
          if (namesRefused.test(stem.replace(/(?:_(?:route|store|test|bench))+$/, ""))) {
            context.report({
              range: [0, 0],
              message: `Split the content of \`${part}\` by noun, and name each part after it.`,
            });
          }
        }
      },
    };
  },
};

/** Refuses comment lines over 120 columns, which the formatter leaves as they are, except indented ones: commands. */
export const commentWidth: Deno.lint.Rule = {
  create(context) {
    const { text } = context.sourceCode;
    return {
      Program() {
        for (const { range: [from, to] } of context.sourceCode.getAllComments()) {
          const start = text.lastIndexOf("\n", from) + 1;
          if (text.slice(start, from).trim() !== "") continue; // it follows code, and fmt wraps that
          for (const { 0: line, index } of text.slice(start, to).matchAll(tooWide)) {
            if (/^ *\* {3}/.test(line)) continue;
            const range: [number, number] = [start + index, start + index + line.length];
            context.report({ range, message: `Wrap this comment: ${widthMax} columns are the most.` });
          }
        }
      },
    };
  },
};

/** Refuses files over 300 lines, except tests and declarations, and functions over 60 lines of code. */
export const fileSize: Deno.lint.Rule = {
  create(context) {
    const { sourceCode } = context;
    const code = withoutComments(sourceCode);
    const open: { inner: number }[] = [];
    const enter = () => void open.push({ inner: 0 });
    const leave = (node: Deno.lint.Node) => {
      const inner = open.pop()?.inner ?? 0;
      const all = code.slice(...node.range).split("\n").filter((line) => line.trim() !== "").length;
      const parent = open.at(-1);
      if (parent) parent.inner += node.type === "FunctionDeclaration" ? all : inner;
      if (all - inner <= functionLinesMax) return;
      const message = `Split this function by noun: it has ${
        all - inner
      } lines of its own, and ${functionLinesMax} is the most.`;
      context.report({ node, message });
    };
    return {
      Program() {
        const lines = sourceCode.text.trimEnd().split("\n").length;
        if (lines <= fileLinesMax || /_(?:test|bench)\.tsx?$|\.d\.ts$/.test(context.filename)) return;
        const message = `Split this file by noun: it has ${lines} lines, and ${fileLinesMax} is the most.`;
        context.report({ range: [0, 0], message });
      },
      FunctionDeclaration: enter,
      "FunctionDeclaration:exit": leave,
      FunctionExpression: enter,
      "FunctionExpression:exit": leave,
      ArrowFunctionExpression: enter,
      "ArrowFunctionExpression:exit": leave,
    };
  },
};

/** The text with blanks in place of comments, so that positions stay the same. */
function withoutComments(source: Deno.lint.SourceCode): string {
  return source.getAllComments().reduce(
    (rest, { range: [start, end] }) =>
      rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, " ") + rest.slice(end),
    source.text,
  );
}
