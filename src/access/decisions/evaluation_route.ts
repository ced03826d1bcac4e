import { z } from "@hono/zod-openapi";
import { fromMemory, json, ok, operation, problems, resource, signedIn, Time } from "../../http/contract/contract.ts";
import type { Evaluations } from "./evaluations.ts";
import { idSizeMax, isPlainQuestion, nameSizeMax } from "./plain_request.ts";

/** The information model of AuthZEN 1.0. As the standard requires, unknown members are ignored. */

const name = z.string().min(1).max(nameSizeMax);
const id = z.string().min(1).max(idSizeMax);
const properties = z.record(z.string(), z.unknown()).optional().openapi({ description: "Ignored" });

export const Subject = z.object({
  type: name.openapi({ description: "`user`; any other type is denied", example: "user" }),
  id: id.openapi({
    description: "The user's id, username or e-mail address, or a service account's id; a UUID is always an id",
    example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
  }),
  properties,
}).openapi("Subject", { example: { type: "user", id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" } });

export const Action = z.object({ name: name.openapi({ example: "read" }), properties })
  .openapi("Action", { example: { name: "read" } });

export const Resource = z.object({
  type: name.openapi({
    description: "Together with the action it names the permission: `type:name`",
    example: "documents",
  }),
  id: id.openapi({ description: "Required but ignored: a permission is for all resources of a type" }),
  properties,
}).openapi("Resource", { example: { type: "documents", id: "42" } });

export const Context = z.looseObject({
  explain: z.unknown().optional().openapi({ description: "`true` asks for an explanation", example: true }),
}).openapi("Context", { example: { explain: true } });

const Step = z.strictObject({
  type: z.enum(["user", "grant", "role", "permission"]),
  id: z.string(),
  expires_at: Time.nullable().optional().openapi({ description: "When a grant expires; null means never" }),
});

const Allowed = z.strictObject({
  permission: z.string().openapi({ example: "documents:read" }),
  path: z.array(Step).openapi({
    description:
      "From the user through the grant and the roles to the permission. Roles are included only for callers with " +
      "`roles:read` or `decisions:evaluate`",
    example: [
      { type: "user", id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" },
      { type: "grant", id: "editor", expires_at: null },
      { type: "role", id: "editor" },
      { type: "role", id: "viewer" },
      { type: "permission", id: "documents:read" },
    ],
  }),
});

const Denied = z.strictObject({
  permission: z.string().openapi({ example: "documents:read" }),
  missing: z.enum(["subject", "active_subject", "permission", "grant", "scope"]).openapi({
    description:
      "Why it was denied. `subject`: no such user. `active_subject`: the user is disabled. `permission`: no " +
      "such permission; callers with neither `roles:read` nor `decisions:evaluate` get `grant` instead. `grant`: no " +
      "active grant gives it. `scope`: you hold it, but your credential is not scoped for it",
  }),
  roles: z.array(z.string()).optional().openapi({
    description: "Up to 20 roles that would give it: first those that hold it directly, last `admin`. Only for " +
      "callers with `roles:read` or `decisions:evaluate`",
    example: ["viewer", "editor", "admin"],
  }),
  expired: z.array(z.strictObject({ role: z.string(), expires_at: Time })).openapi({
    description: "Up to 20 expired grants that gave the permission",
    example: [{ role: "editor", expires_at: "2026-01-31T18:00:00.000Z" }],
  }),
});

export const DecisionResponse = z.strictObject({
  decision: z.boolean().openapi({ example: true }),
  context: z.strictObject({
    explanation: z.union([Allowed, Denied]).optional(),
    error: z.strictObject({ status: z.int(), message: z.string() }).optional()
      .openapi({ description: "Why this evaluation of several could not be made" }),
  }).optional(),
}).openapi("Decision", {
  example: {
    decision: true,
    context: {
      explanation: {
        permission: "documents:read",
        path: [
          { type: "user", id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" },
          { type: "grant", id: "editor", expires_at: null },
          { type: "role", id: "editor" },
          { type: "role", id: "viewer" },
          { type: "permission", id: "documents:read" },
        ],
      },
    },
  },
});

const route = operation("POST /access/v1/evaluation", {
  operationId: "evaluate",
  tags: ["decisions"],
  summary: "May this subject do this action on this resource?",
  description:
    "AuthZEN 1.0, Access Evaluation API. The permission is `resource.type:action.name`. Asking about other users requires " +
    "`decisions:evaluate`. `context.explain` asks for an explanation.",
  errors: "authzen",
  ...signedIn,
  ...json(
    z.object({ subject: Subject, action: Action, resource: Resource, context: Context.optional() })
      .openapi("EvaluationRequest"),
    isPlainQuestion,
  ),
  ...fromMemory,
  ...ok(DecisionResponse, "The decision"),
  ...problems("forbidden", "unavailable"),
});

export const evaluationRoute = resource([route], (app, { evaluations }: { evaluations: Evaluations }) => {
  app.add(route, ({ caller, body }) => evaluations.evaluate(body, caller));
});
