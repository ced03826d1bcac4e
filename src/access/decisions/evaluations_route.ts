import { z } from "@hono/zod-openapi";
import { fromMemory, json, ok, operation, problems, resource, signedIn } from "../../http/contract/contract.ts";
import { Action, Context, DecisionResponse, Resource, Subject } from "./evaluation_route.ts";
import { type Evaluations, semantics } from "./evaluations.ts";
import { arePlainQuestions, evaluationsMax } from "./plain_request.ts";

const parts = {
  subject: Subject.partial().optional(),
  action: Action.partial().optional(),
  resource: Resource.partial().optional(),
  context: Context.optional(),
};

const EvaluationsRequest = z.object({
  ...parts,
  evaluations: z.array(z.object(parts)).max(evaluationsMax).optional().openapi({
    description: "Missing members are taken from the top level",
  }),
  options: z.object({
    evaluations_semantic: z.enum(semantics).default("execute_all").openapi({
      description: "Whether to answer all evaluations, or to stop after the first one that is denied or permitted",
    }),
  }).optional(),
}).openapi("EvaluationsRequest", {
  example: {
    subject: { type: "user", id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" },
    action: { name: "read" },
    evaluations: [{ resource: { type: "documents", id: "1" } }, { resource: { type: "invoices", id: "2" } }],
    options: { evaluations_semantic: "execute_all" },
  },
});

const EvaluationsResponse = z.union([z.strictObject({ evaluations: z.array(DecisionResponse) }), DecisionResponse])
  .openapi("EvaluationsResponse", { example: { evaluations: [{ decision: true }, { decision: false }] } });

const route = operation("POST /access/v1/evaluations", {
  operationId: "evaluateSeveral",
  tags: ["decisions"],
  summary: "Make several decisions at once",
  description:
    "AuthZEN 1.0, Access Evaluations API, for up to 1,000 evaluations, or 100 with explanations. An incomplete evaluation is " +
    "denied, with an `error` in its context. Without `evaluations` the operation works like " +
    "`POST /access/v1/evaluation`.",
  errors: "authzen",
  ...signedIn,
  ...json(EvaluationsRequest, arePlainQuestions),
  ...fromMemory,
  ...ok(EvaluationsResponse, "The decisions, in order"),
  ...problems("forbidden", "unavailable"),
});

export const evaluationsRoute = resource([route], (app, { evaluations }: { evaluations: Evaluations }) => {
  app.add(route, ({ caller, body }) => evaluations.evaluateSeveral(body, caller));
});
