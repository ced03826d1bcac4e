import { z } from "@hono/zod-openapi";
import type { Permission } from "../../vocabulary/dictionary.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import { isPage } from "./list_page.ts";

/** Any object schema of parameters. */
type Params = z.ZodObject;

/** A request body: what it must be, and the declared types it may come in. */
export type BodySpec<B extends z.ZodType = z.ZodType> = {
  schema: B;
  types: readonly BodyType[];
  /** Fast path around the schema: true only for values that it would pass, unchanged in all that the handler reads. */
  skipSchemaIf?: ((value: unknown) => boolean) | undefined;
};
export type BodyType = "application/json" | "application/x-www-form-urlencoded";

/**
 * Who may call: anybody; anybody, but a token that is sent must be good; the user of any credential; the user of one
 * without scopes; or a user who holds a permission.
 */
export type Requirement =
  | { kind: "anyone" }
  | { kind: "optional" }
  | { kind: "signed_in" }
  | { kind: "own_account" }
  | { kind: "permission"; permission: Permission };

/** The one answer of success; its body is what the handler returns. */
export type Success<R = unknown> =
  & { status: 200 | 201 | 204 | 308; description: string; headers?: Record<string, string> }
  & (
    | {
      kind: "json";
      schema: z.ZodType<R>;
      location?: (body: R) => string;
      paged?: boolean;
      revised?: boolean;
      /** The same as a page, for clients that would rather have one. */
      page?: (body: R) => string;
    }
    | { kind: "redirect"; location: string }
    | { kind: "text"; contentType: string }
    | { kind: "empty" }
  );

/** Standards whose errors differ from ours. */
export type ErrorStyle = "oauth" | "authzen";

/** One endpoint, declared once: the document, the middleware and the tests are made from it. */
export interface Operation<
  P extends Params = Params,
  Q extends Params = Params,
  B extends z.ZodType = z.ZodType,
  R = unknown,
  A extends Requirement = Requirement,
> {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  /** Other paths that old clients use. */
  alsoAt?: readonly string[];
  operationId: string;
  tags: [Tag];
  summary: string;
  description?: string;
  /** Served, but no part of the interface: left out of the OpenAPI document. */
  hidden?: true;
  params?: P;
  query?: Q;
  body?: BodySpec<B>;
  /** Whether a request may come without a body. */
  bodyOptional?: true;
  success: Success<R>;
  problems: readonly ProblemCode[];
  /** Waits for no statement but look-ups of what memory lacks. */
  fromMemory?: true;
  /** Heeds `If-Match` (RFC 9110 §13.1.1). */
  conditional?: true;
  /** Words its errors as RFC 6749 §5.2 has them, or as AuthZEN does: 400 for whatever is wrong with a request. */
  errors?: ErrorStyle;
  access: A;
  /** Operations that need what this one answers. */
  links?: readonly Link[];
}

/** Operations that need this one to come first, and which of their parameters its answer has, by JSON pointer. */
export type Link = { to: readonly string[]; parameters?: Record<string, string> };

// deno-lint-ignore no-explicit-any -- operations of every shape stand in one list
export type AnyOperation = Operation<any, any, any, any, any>;

/** An id; in a request as the lower case that it is kept and looked up by (RFC 9562 §4 reads either). */
export const Id = z.uuid().toLowerCase().openapi({
  description: "UUIDv7",
  example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
});

/** The name of a role, in a request: whatever it is, no longer than the name of any role. */
export const RoleReference = z.string().max(64);

/** The name of a permission, in a request; no longer than that of any permission. */
export const PermissionReference = z.string().max(127);

/** A time in an answer; JSON writes a `Date` so. */
export const Time: z.ZodType<Date | string> = z.iso.datetime()
  .openapi({ description: "RFC 3339, UTC", example: "2026-01-15T09:30:00.000Z" });

/** Groups of the document. */
export const tags = {
  accounts: "Users and service accounts: register, who you are, and administering them",
  sessions: "Log in, and the keys that tokens are verified with",
  api_keys: "Keys that programs authenticate with",
  access: "Roles, permissions and grants: who may what",
  decisions: "May this subject do this action on this resource? (AuthZEN 1.0)",
  audit: "What happened, and who did it",
  operations: "Health, metrics and this document",
} as const;
export type Tag = keyof typeof tags;

/** Declares an operation; fails to compile when a part is missing. */
export function operation<
  R,
  A extends Requirement,
  P extends Params = z.ZodObject<Record<never, never>>,
  Q extends Params = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(declared: Operation<P, Q, B, R, A>): Operation<P, Q, B, R, A> {
  return declared;
}

/** The closed set of errors of this operation; those of its body and its access come by themselves. */
export function problems<C extends ProblemCode>(...codes: C[]): { problems: readonly ProblemCode[] } {
  return { problems: codes };
}

/** Only for holders of the permission. */
export function requires(permission: Permission): { access: { kind: "permission"; permission: Permission } } {
  return { access: { kind: "permission", permission } };
}

/** For every user with a valid credential, to read what is about themselves. */
export const signedIn = { access: { kind: "signed_in" } } as const;

/**
 * For users who signed in themselves, on their own account: a credential with scopes changes no password, e-mail
 * address, session or key.
 */
export const ownAccount = { access: { kind: "own_account" } } as const;

/** For everybody; on the reviewed list of public operations. */
export const anyone = { access: { kind: "anyone" } } as const;

/** For everybody; a token that is sent must be good, and may allow more. */
export const anyoneOrToken = { access: { kind: "optional" } } as const;

/** A JSON body; for `accepts` see {@link BodySpec}. */
export function json<B extends z.ZodType>(
  schema: B,
  skipSchemaIf?: (value: unknown) => boolean,
): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/json"], skipSchemaIf } };
}

/** A body in either of the forms that OAuth and JSON clients send. */
export function formOrJson<B extends z.ZodType>(schema: B): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/json", "application/x-www-form-urlencoded"] } };
}

/**
 * Answered from memory: the handler runs no statement itself, and what memory lacks is looked up within a budget of the
 * look-up's own. So it needs none, and keeping one costs 2 µs.
 */
export const fromMemory = { fromMemory: true } as const;

type HeadersOption = { headers?: Record<string, string> };

/** A form, as the OAuth endpoints take (RFC 6749 §3.2). */
export function form<B extends z.ZodType>(schema: B): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/x-www-form-urlencoded"] } };
}

/**
 * 200 with a JSON body; `headers` go before the usual ones. A page of a list (`pageOf()`) brings `Link: rel="next"` along;
 * with `page`, a browser gets the same as HTML.
 */
export function ok<R>(
  schema: z.ZodType<R>,
  description: string,
  options: HeadersOption & { page?: (body: R) => string } = {},
): { success: Success<R> } {
  return { success: { kind: "json", status: 200, schema, description, paged: isPage(schema), ...options } };
}

/** 200 with a JSON body and its revision as `ETag`, for `If-Match` (RFC 9110 §8.8.3). */
export function revised<R>(schema: z.ZodType<R>, description: string): { success: Success<R> } {
  return { success: { kind: "json", status: 200, schema, description, revised: true } };
}

/** Links of the answer (OpenAPI 3.1 §4.8.20): where the examples of other operations get their parameters from. */
export function leadsTo(...links: Link[]): { links: readonly Link[] } {
  return { links };
}

/** Heeds `If-Match`: whoever read an older state gets `precondition_failed`. */
export const conditional = { conditional: true } as const;

/** 201 with the thing made and its Location (RFC 9110 §15.3.2). */
export function created<R>(
  schema: z.ZodType<R>,
  description: string,
  location: (body: R) => string,
): { success: Success<R> } {
  return { success: { kind: "json", status: 201, schema, description, location } };
}

/** 200 with text of a type of its own; `headers` go before the usual ones. */
export function text(
  contentType: string,
  description: string,
  options: HeadersOption = {},
): { success: Success<string> } {
  return { success: { kind: "text", status: 200, description, contentType, ...options } };
}

/** 308 to a place that is relative to the path, so that it holds under any host and prefix (RFC 9110 §15.4.9). */
export function redirect(location: string, description: string): { success: Success<void> } {
  return { success: { kind: "redirect", status: 308, location, description } };
}

/** 204: done, and nothing to say. */
export function noContent(description: string): { success: Success<void> } {
  return { success: { kind: "empty", status: 204, description } };
}

/** 200 with an empty body, where a standard wants that. */
export function emptyOk(description: string): { success: Success<void> } {
  return { success: { kind: "empty", status: 200, description } };
}
