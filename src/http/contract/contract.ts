import { z } from "@hono/zod-openapi";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import type { Page, PageAnswer, PageData } from "../pages/page_answer.ts";
import { isPage } from "./list_page.ts";
import type { Freshness, Requirement } from "./requirement.ts";

export * from "./requirement.ts";
export { resource } from "./resource.ts";

type Params = z.ZodObject;

/** A request body: its schema, and the media types that it may have. */
export type BodySpec<B extends z.ZodType = z.ZodType> = {
  schema: B;
  types: readonly BodyType[];
  /** Skips the schema where this returns true: only for what it accepts, unchanged in what the handler reads. */
  skipSchemaIf?: ((value: unknown) => boolean) | undefined;
  /** Parameters of a form that may occur several times, as `resource` does (RFC 8707 §2): always read as a list. */
  repeatable?: readonly string[];
  /** The form of a page that other sites send. It has no token, and is read as the query that it would be in a GET. */
  foreign?: true;
};
export type BodyType = "application/json" | "application/x-www-form-urlencoded";

/** The only successful answer. Its body is what the handler returns. */
export type Success<R = unknown> =
  & { status: 200 | 201 | 202 | 204 | 308; description: string; headers?: Record<string, string> }
  & (
    | {
      kind: "json";
      schema: z.ZodType<R>;
      location?: (body: R) => string;
      paged?: boolean;
      revised?: boolean;
      /** Whether 304 answers a client that has the same revision already. */
      polled?: boolean;
      /** Whether clients that prefer HTML get the same body as a page. */
      alsoHtml?: boolean;
    }
    | { kind: "redirect"; location: string }
    | { kind: "text"; contentType: string }
    | { kind: "html"; leadsAway?: true }
    | { kind: "empty" }
  );

/** Standards that prescribe another form of errors. */
export type ErrorStyle = "oauth" | "authzen";

/** One endpoint. The document, the request checks and the tests are all made from this declaration. */
export interface Operation<
  P extends Params = Params,
  Q extends Params = Params,
  B extends z.ZodType = z.ZodType,
  R = unknown,
  A extends Requirement = Requirement,
> extends Declaration<P, Q, B, R, A> {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
}

/** What is declared of an operation beside its method and path. */
interface Declaration<P extends Params, Q extends Params, B extends z.ZodType, R, A extends Requirement> {
  /** Other paths of the operation, kept for old clients. */
  alsoAt?: readonly string[];
  operationId: string;
  tags: [Tag];
  summary: string;
  description?: string;
  /** Serves the operation without listing it in the OpenAPI document. */
  hidden?: true;
  params?: P;
  query?: Q;
  body?: BodySpec<B>;
  /** Whether a request may come without a body. */
  bodyOptional?: true;
  success: Success<R>;
  problems: readonly ProblemCode[];
  /** The handler runs no statement, or few; see {@link fromMemory} and {@link oftenFromMemory}. */
  fromMemory?: true | "often";
  /** Supports `If-Match` (RFC 9110 §13.1.1). */
  conditional?: true;
  /** Pages of every origin may call it; each answer says whether they may read it. */
  crossOrigin?: true;
  /** Writes errors as RFC 6749 §5.2 prescribes, or as AuthZEN does: 400 for everything that is wrong with a request. */
  errors?: ErrorStyle;
  access: A;
  /** How fresh the sign-in of the caller must be; see {@link fresh}. */
  fresh?: Freshness;
  /** Operations whose parameters come from this answer. */
  links?: readonly Link[];
}

/** Operations that follow this one, and where its answer holds their parameters, as JSON pointers. */
export type Link = { to: readonly string[]; parameters?: Record<string, string> };

// deno-lint-ignore no-explicit-any -- operations of every shape stand in one list
export type AnyOperation = Operation<any, any, any, any, any>;

/** An id. Requests may write it in either case (RFC 9562 §4); it is stored and looked up in lower case. */
export const Id = z.uuid().toLowerCase().openapi({
  description: "UUIDv7",
  example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
});

/** A role's name in a request: any text up to the longest name, so that an unknown role is answered as such. */
export const RoleReference = z.string().max(64);

/** The name of a permission in a request: any text up to the length of the longest permission name. */
export const PermissionReference = z.string().max(127);

/** A time in an answer; JSON writes a `Date` so. */
export const Time: z.ZodType<Date | string> = z.iso.datetime()
  .openapi({ description: "RFC 3339, UTC", example: "2026-01-15T09:30:00.000Z" });

/** The groups of the OpenAPI document. */
export const tags = {
  accounts: "Users and service accounts: register, who you are, and administering them",
  sessions: "Log in, refresh and revoke tokens, and get the keys that verify them",
  api_keys: "Keys that programs authenticate with",
  clients: "OAuth clients, and the APIs that tokens are issued for",
  access: "Roles, permissions and grants",
  decisions: "May this subject do this action on this resource? (AuthZEN 1.0)",
  audit: "What happened, when, and who did it",
  operations: "Health, metrics and this document",
  pages: "Pages for users in a browser",
} as const;
export type Tag = keyof typeof tags;

/** The parameters of an operation that takes none. */
type None = z.ZodObject<Record<never, never>>;

/** Declares the operation at `GET /path`. It does not compile when a part is missing. */
export function operation<
  R,
  A extends Requirement,
  P extends Params = None,
  Q extends Params = None,
  B extends z.ZodType = z.ZodUndefined,
>(at: `${Uppercase<Operation["method"]>} /${string}`, declared: Declaration<P, Q, B, R, A>): Operation<P, Q, B, R, A> {
  const [method, path] = at.split(" ");
  return Object.assign(declared, { method: method!.toLowerCase() as Operation["method"], path: path! }); // keeps getters as they are
}

/** The problems of this operation. Those of its body and its access are added automatically. */
export function problems<C extends ProblemCode>(...codes: C[]): { problems: readonly ProblemCode[] } {
  return { problems: codes };
}

/** A JSON body; for `skipSchemaIf` see {@link BodySpec}. */
export function json<B extends z.ZodType>(
  schema: B,
  skipSchemaIf?: (value: unknown) => boolean,
): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/json"], skipSchemaIf } };
}

/** A body as JSON or as a form, for JSON and OAuth clients. */
export function formOrJson<B extends z.ZodType>(schema: B): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/json", "application/x-www-form-urlencoded"] } };
}

/** The handler runs no statement, so it needs no time limit for statements, which would cost 2 µs. */
export const fromMemory = { fromMemory: true } as const;

/**
 * As {@link fromMemory}, for an operation whose handler runs the statements that it needs in `input.withStatements`.
 */
export const oftenFromMemory = { fromMemory: "often" } as const;

type HeadersOption = { headers?: Record<string, string> };

/** A form body, as OAuth endpoints require (RFC 6749 §3.2); for the options see {@link BodySpec}. */
export function form<B extends z.ZodType>(
  schema: B,
  options: Pick<BodySpec, "repeatable" | "skipSchemaIf"> = {},
): { body: BodySpec<B> } {
  return { body: { schema, types: ["application/x-www-form-urlencoded"], ...options } };
}

/** 200 with a JSON body. A page of a list (`pageOf()`) gets `Link: rel="next"`; `alsoHtml` is for browsers. */
export function ok<R>(
  schema: z.ZodType<R>,
  description: string,
  options: HeadersOption & { alsoHtml?: boolean } = {},
): { success: Success<R> } {
  return { success: { kind: "json", status: 200, schema, description, paged: isPage(schema), ...options } };
}

/** 200 with a JSON body and its revision as `ETag`, for `If-Match` (RFC 9110 §8.8.3). */
export function revised<R>(schema: z.ZodType<R>, description: string): { success: Success<R> } {
  return { success: { kind: "json", status: 200, schema, description, revised: true } };
}

/** As {@link revised}, and 304 without a body where the revision is that of `If-None-Match` (RFC 9110 §13.1.2). */
export function polled<R>(schema: z.ZodType<R>, description: string): { success: Success<R> } {
  return { success: { kind: "json", status: 200, schema, description, revised: true, polled: true } };
}

/** Links of the answer (OpenAPI 3.1 §4.8.20): where the examples of other operations take their parameters from. */
export function leadsTo(...links: Link[]): { links: readonly Link[] } {
  return { links };
}

/** Supports `If-Match`: a client that read an older state gets `precondition_failed`. */
export const conditional = { conditional: true } as const;

/** For pages of other origins; the handler says by `input.readableBy` which of them may read its answer. */
export const crossOrigin = { crossOrigin: true } as const;

/** 201 with the created object and its Location (RFC 9110 §15.3.2). */
export function created<R>(
  schema: z.ZodType<R>,
  description: string,
  location: (body: R) => string,
): { success: Success<R> } {
  return { success: { kind: "json", status: 201, schema, description, location } };
}

/** 201 with a JSON body for something without an address of its own, where a standard requires it. */
export function createdNowhere<R>(schema: z.ZodType<R>, description: string): { success: Success<R> } {
  return { success: { kind: "json", status: 201, schema, description } };
}

/** 200 with text of another media type. `headers` take precedence over the usual ones. */
export function text(
  contentType: string,
  description: string,
  options: HeadersOption = {},
): { success: Success<string> } {
  return { success: { kind: "text", status: 200, description, contentType, ...options } };
}

/** A page, or 303 to another one (RFC 9110 §15.4.4). It is not in the OpenAPI document. */
export function page(description: string): { hidden: true; success: Success<PageAnswer> } {
  return { hidden: true, success: { kind: "html", status: 200, description } };
}

/** The page that answers a form. Never a redirect: `form-action` of the CSP would block one to another origin. */
export function formPage(description: string): { hidden: true; success: Success<Page> } {
  return { hidden: true, success: { kind: "html", status: 200, description } };
}

/** What the script of a page gets as JSON, by a form whose token is in a header. */
export function pageData(description: string): { hidden: true; success: Success<PageData> } {
  return { hidden: true, success: { kind: "html", status: 200, description } };
}

/** 308 to a location relative to the path, so that it works behind any host and path prefix (RFC 9110 §15.4.9). */
export function redirect(location: string, description: string): { success: Success<void> } {
  return { success: { kind: "redirect", status: 308, location, description } };
}

/** 204 without a body. */
export function noContent(description: string): { success: Success<void> } {
  return { success: { kind: "empty", status: 204, description } };
}

/** 202 with a JSON body: the rest happens later (RFC 9110 §15.3.3). */
export function accepted<R>(schema: z.ZodType<R>, description: string): { success: Success<R> } {
  return { success: { kind: "json", status: 202, schema, description } };
}

/** 200 with an empty body, where a standard requires it. */
export function emptyOk(description: string): { success: Success<void> } {
  return { success: { kind: "empty", status: 200, description } };
}
