import { z } from "@hono/zod-openapi";
import type { Roles } from "../access/roles.ts";
import type { App } from "../http/app.ts";
import { ok, operation, problems, signedIn } from "../http/contract.ts";

/** A person on the wire; never a hash, a secret or a token (T151). */
export const PersonResponse = z.strictObject({
  id: z.uuid().openapi({ description: "UUIDv7", example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" }),
  username: z.string().openapi({ example: "ada" }),
  email: z.string().openapi({ example: "ada@example.com" }),
  roles: z.array(z.string()).openapi({ description: "Active roles, sorted", example: ["user"] }),
  created_at: z.iso.datetime().openapi({ description: "RFC 3339, UTC", example: "2026-01-15T09:30:00.000Z" }),
}).openapi("Person");

const route = operation({
  method: "get",
  path: "/users/me",
  operationId: "getMe",
  tags: ["accounts"],
  summary: "Who you are, as of now",
  description: "Roles and account are read as they are, not as the token remembers them.",
  ...signedIn,
  ...ok(PersonResponse, "You"),
  ...problems("unavailable"),
});

/** `GET /users/me` */
export function meRoute(app: App, { roles }: { roles: Roles }) {
  app.add(route, ({ caller: { user } }) => ({
    id: user.id,
    username: user.username,
    email: user.email,
    roles: roles.activeRoles(user),
    created_at: user.created_at,
  }));
}
