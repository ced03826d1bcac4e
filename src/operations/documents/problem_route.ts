import { z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { anyone, fromMemory, ok, operation, problems as answers } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { door, linkList, type Markup } from "../../http/pages/door.ts";
import { type ProblemCode, problems, type ProblemType } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";

const ProblemTypeResponse = z.strictObject({
  type: z.string().openapi({ example: "/problems/invalid_token" }),
  title: z.string().openapi({ example: "Invalid token" }),
  status: z.int().openapi({ example: 401 }),
  about: z.string().openapi({
    description: "What it means and what to do",
    example: "The access token is malformed, expired or revoked. Refresh it, or log in again.",
  }),
}).openapi("ProblemType");
type ProblemTypeResponse = z.infer<typeof ProblemTypeResponse>;

const ProblemTypes = z.strictObject({ items: z.array(ProblemTypeResponse) }).openapi("ProblemTypes");

const list = operation({
  method: "get",
  path: "/problems",
  operationId: "listProblemTypes",
  tags: ["operations"],
  summary: "All problem types; a page in a browser",
  ...anyone,
  ...fromMemory,
  ...ok(ProblemTypes, "The problem types, sorted by status", { page: listPage }),
  ...answers(),
});

const get = operation({
  method: "get",
  path: "/problems/{code}",
  operationId: "getProblemType",
  tags: ["operations"],
  summary: "The meaning of a problem type (RFC 9457 §3.1.1); a page in a browser",
  params: z.strictObject({ code: z.string().max(64).openapi({ example: "invalid_token" }) }),
  ...anyone,
  ...ok(ProblemTypeResponse, "The problem type", { page: problemPage }),
  ...answers("not_found"),
});

/** `GET /problems`, `GET /problems/{code}` */
export const problemRoute = resource([list, get], (app) => {
  const items = (Object.keys(problems) as ProblemCode[]).map(problemView).sort((a, b) => a.status - b.status);
  app.add(list, () => ({ items }));
  app.add(get, ({ params: { code } }) => {
    if (!Object.hasOwn(problems, code)) throw new Problem("not_found");
    return problemView(code as ProblemCode);
  });
});

function problemView(code: ProblemCode): ProblemTypeResponse {
  const { title, status, about }: ProblemType = problems[code];
  return { type: `/problems/${code}`, title, status, about };
}

function listPage({ items }: z.infer<typeof ProblemTypes>): string {
  return door({
    title: "Problems · Sentinel",
    root: "",
    main: html`<h1>Problems</h1>
<p>Every error is one of these, as <code>application/problem+json</code> with a <code>type</code> (RFC 9457).</p>
${linkList(items.map(({ type, title, status }) => ({ href: type.slice(1), text: title, about: String(status) })))}`,
  });
}

function problemPage({ type, title, status, about }: ProblemTypeResponse): string {
  return door({
    title: `${title} · Sentinel`,
    root: "../",
    main: html`
      <h1>${title}</h1>
      <p>${withCode(about)}</p>
      <dl class="facts">
        <div>
          <dt>Type</dt>
          <dd><code>${type}</code></dd>
        </div>
        <div>
          <dt>Status</dt>
          <dd>${status}</dd>
        </div>
      </dl>
      <p><a href="../problems">All problems</a></p>
    `,
  });
}

/** Formats text between backticks as code. */
function withCode(text: string): Markup[] {
  return text.split("`").map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`);
}
