import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, ok, operation, problems as answers } from "../../http/contract/contract.ts";
import { Problem, type ProblemCode, problems } from "../../vocabulary/problems.ts";

const ProblemType = z.strictObject({
  type: z.string().openapi({ example: "/problems/invalid_token" }),
  title: z.string().openapi({ example: "Invalid token" }),
  status: z.int().openapi({ example: 401 }),
  about: z.string().openapi({ description: "What it means and what to do", example: problems.invalid_token.about }),
}).openapi("ProblemType");

const route = operation({
  method: "get",
  path: "/problems/{code}",
  operationId: "getProblemType",
  tags: ["operations"],
  summary: "What a type of problem means (RFC 9457 §3.1.1)",
  params: z.strictObject({ code: z.string().max(64).openapi({ example: "invalid_token" }) }),
  ...anyone,
  ...ok(ProblemType, "The problem type"),
  ...answers("not_found"),
});

/** `GET /problems/{code}` */
export const problemRoute = resource([route], (app) => {
  app.add(route, ({ params: { code } }) => {
    if (!Object.hasOwn(problems, code)) throw new Problem("not_found");
    const { title, status, about } = problems[code as ProblemCode];
    return { type: `/problems/${code}`, title, status, about };
  });
});
