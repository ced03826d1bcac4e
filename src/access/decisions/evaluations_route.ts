import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { fromMemory, json, ok, operation, problems, signedIn } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Asker, Decision, Decisions, Question } from "./decisions.ts";
import {
  Action,
  arePlainParts,
  Context,
  DecisionResponse,
  isObject,
  isWhole,
  type Parts,
  Resource,
  Subject,
} from "./evaluation_route.ts";

const parts = {
  subject: Subject.partial().optional(),
  action: Action.partial().optional(),
  resource: Resource.partial().optional(),
  context: Context.optional(),
};

const evaluationsMax = 1_000;

/** An explanation may be a thousand times as long as the evaluation that asks for it. */
const explanationsMax = 100;

const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

const EvaluationsRequest = z.object({
  ...parts,
  evaluations: z.array(z.object(parts)).max(evaluationsMax).optional().openapi({
    description: "What is left out here is taken from the top level, member by member",
  }),
  options: z.object({
    evaluations_semantic: z.enum(semantics).default("execute_all").openapi({
      description: "Whether to answer all of them, or to stop after the first that is denied or permitted",
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

function arePlain(value: unknown): boolean {
  if (!isObject(value) || value.options !== undefined || !arePlainParts(value)) return false;
  const evaluations: unknown = value.evaluations;
  return Array.isArray(evaluations) && evaluations.length <= evaluationsMax &&
    evaluations.every((each) => isObject(each) && arePlainParts(each));
}

const route = operation({
  method: "post",
  path: "/access/v1/evaluations",
  operationId: "evaluateSeveral",
  tags: ["decisions"],
  summary: "Several decisions at once",
  description:
    "AuthZEN 1.0, Access Evaluations API, for up to 1,000 evaluations, 100 if they are explained. One that lacks a part is denied, with an " +
    "`error` in its context. Without `evaluations` it works like `POST /access/v1/evaluation`.",
  errors: "authzen",
  ...signedIn,
  ...json(EvaluationsRequest, arePlain),
  ...fromMemory,
  ...ok(EvaluationsResponse, "The decisions, in order"),
  ...problems("forbidden", "unavailable"),
});

/** `POST /access/v1/evaluations` */
export const evaluationsRoute = resource([route], (app, { decisions }: { decisions: Decisions }) => {
  app.add(route, async ({ caller, body }) => {
    const { evaluations = [], options, ...common } = body;
    const asked = evaluations.length === 0 ? [common] : evaluations.map((each) => withDefaults(each, common));
    if (asked.filter(({ context }) => context?.explain === true).length > explanationsMax) {
      throw new Problem("malformed_request", { detail: `At most ${explanationsMax} evaluations can be explained.` });
    }
    const subjects = asked.filter(isQuestion).map(({ subject }) => subject);
    const asker = await decisions.requireMayAsk(caller, subjects);
    decisions.prefetch(subjects);
    if (evaluations.length > 0) return { evaluations: await upToTheEnd(asked, asker, options?.evaluations_semantic) };
    if (!isQuestion(common)) throw new Problem("malformed_request", { detail: incomplete });
    return await decisions.decide(common, asker);
  });

  /** All are made at once, from memory; those past the end are left out. */
  async function upToTheEnd(
    asked: Parts[],
    asker: Asker,
    semantic: typeof semantics[number] = "execute_all",
  ): Promise<Answer[]> {
    const answers = await all(asked.map((each) => answer(each, asker)));
    if (semantic === "execute_all") return answers;
    const last = answers.findIndex(({ decision }) => decision === (semantic === "permit_on_first_permit"));
    return last < 0 ? answers : answers.slice(0, last + 1);
  }

  type Answer = Decision | { decision: false; context: { error: { status: number; message: string } } };

  function answer(parts: Parts, asker: Asker): Answer | Promise<Answer> {
    if (isQuestion(parts)) return decisions.decide(parts, asker);
    return { decision: false, context: { error: { status: 400, message: incomplete } } };
  }
});

/** Waits only where there is something to wait for: most decisions are made from memory. */
function all<T>(answers: (T | Promise<T>)[]): T[] | Promise<T[]> {
  return answers.some((each) => each instanceof Promise) ? Promise.all(answers) : answers as T[];
}

const incomplete = "An evaluation needs subject.type, subject.id, action.name, resource.type and resource.id.";

const isQuestion = (parts: Parts): parts is Question => isWhole(parts);

/** Most evaluations leave out whole parts, which costs nothing; only parts given twice are put together. */
function withDefaults(each: Parts, common: Parts): Parts {
  return {
    subject: mergeEvaluation(each.subject, common.subject),
    action: mergeEvaluation(each.action, common.action),
    resource: mergeEvaluation(each.resource, common.resource),
    context: each.context ?? common.context,
  };
}

function mergeEvaluation<T>(own: T | undefined, common: T | undefined): T | undefined {
  return own && common ? { ...common, ...own } : own ?? common;
}
