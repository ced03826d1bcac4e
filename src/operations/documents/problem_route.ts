import { z } from "@hono/zod-openapi";
import { anyone, fromMemory, ok, operation, problems as answers, resource } from "../../http/contract/contract.ts";
import type { Visits } from "../../http/pages/visit.ts";
import { type ProblemCode, problems, type ProblemType } from "../../vocabulary/dictionary.ts";
import { listPage, problemTypePage } from "./problem_type_page.ts";
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
export type ProblemTypeResponse = z.infer<typeof ProblemTypeResponse>;

export const ProblemTypes = z.strictObject({ items: z.array(ProblemTypeResponse) }).openapi("ProblemTypes");

const list = operation("GET /problems", {
  operationId: "listProblemTypes",
  tags: ["operations"],
  summary: "All problem types; a page in a browser",
  ...anyone,
  ...fromMemory,
  ...ok(ProblemTypes, "The problem types, sorted by status", { alsoHtml: true }),
  ...answers(),
});

const get = operation("GET /problems/{code}", {
  operationId: "getProblemType",
  tags: ["operations"],
  summary: "The meaning of a problem type (RFC 9457 §3.1.1); a page in a browser",
  params: z.strictObject({ code: z.string().max(64).openapi({ example: "invalid_token" }) }),
  ...anyone,
  ...ok(ProblemTypeResponse, "The problem type", { alsoHtml: true }),
  ...answers("not_found"),
});

export const problemRoute = resource([list, get], (app, { visits }: { visits: Visits }) => {
  const items = (Object.keys(problems) as ProblemCode[]).map(problemView).sort((a, b) => a.status - b.status);
  const look = ({ headers }: Request) => visits.lookOf(headers);
  app.add(list, () => ({ items }), (body, request) => listPage(look(request), body));
  app.add(get, ({ params: { code } }) => {
    if (!Object.hasOwn(problems, code)) throw new Problem("not_found");
    return problemView(code as ProblemCode);
  }, (body, request) => problemTypePage(look(request), body));
});

function problemView(code: ProblemCode): ProblemTypeResponse {
  const { title, status, about }: ProblemType = problems[code];
  return { type: `/problems/${code}`, title, status, about };
}
