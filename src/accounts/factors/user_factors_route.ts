import { z } from "@hono/zod-openapi";
import { freshSignIn, Id, noContent, ok, operation, problems, requires } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { FactorsResponse } from "./own_factors_route.ts";
import type { UserFactors } from "./user_factors.ts";

const params = z.strictObject({ id: Id });

const list = operation("GET /users/{id}/factors", {
  operationId: "listUserFactors",
  tags: ["accounts"],
  summary: "The second factors of a user",
  params,
  ...requires("users:read"),
  ...ok(FactorsResponse, "The user's second factors, oldest first, and how many recovery codes are left"),
  ...problems("not_found", "unavailable"),
});

const reset = operation("DELETE /users/{id}/factors", {
  operationId: "resetUserFactors",
  tags: ["accounts"],
  summary: "Remove all second factors and recovery codes of a user who has lost them",
  description:
    "You must hold all that the user holds, for at least as long. The user is told by mail, and signs in by the password " +
    "alone until another factor is set up: make sure first that it is the user who asks.",
  params,
  ...requires("users:write"),
  ...freshSignIn,
  ...noContent("Removed"),
  ...problems("not_found", "unavailable"),
});

export const userFactorsRoute = resource([list, reset], (app, { userFactors }: { userFactors: UserFactors }) => {
  app.add(list, ({ params: { id } }) => userFactors.list(id));
  app.add(reset, ({ params: { id }, actor }) => userFactors.reset(id, actor()));
});
