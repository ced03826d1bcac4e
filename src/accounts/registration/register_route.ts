import { z } from "@hono/zod-openapi";
import { freshToGrantAdmin } from "../../access/roles/roles_route.ts";
import {
  anyoneOrToken,
  created,
  json,
  leadsTo,
  operation,
  problems,
  resource,
  RoleReference,
} from "../../http/contract/contract.ts";
import { createFlowBrowser, formatFlow } from "../../credentials/tickets/flow_token.ts";
import { FlowText } from "../addresses/email_verification_route.ts";
import { accountMembers, hasName, PersonResponse } from "../users/me_route.ts";
import type { Registrations } from "./registrations.ts";

const RegisterRequest = z.strictObject({
  ...accountMembers,
  role: RoleReference.default("user").openapi({
    description: "Any role other than `user` requires a token that may grant it",
  }),
}).openapi("RegisterRequest", {
  ...hasName,
  example: { username: "ada", email: "ada@example.com", password: "correct horse battery staple" },
});

const Registered = z.strictObject({ ...PersonResponse.shape, flow: FlowText.optional() }).openapi("Registered", {
  description:
    "The account. `flow` is there with `SENTINEL_EMAIL_VERIFICATION=required`: send it with the code or the " +
    "ticket of the mail to `POST /email-verification/complete`, and the account keeps its password.",
});

const route = operation("POST /register", {
  operationId: "register",
  tags: ["accounts"],
  summary: "Create an account",
  description:
    "The account gets the role `user`. Any other role requires the token of a user who holds `roles:grant` and every " +
    "permission of the role. With `SENTINEL_REGISTRATION=off` the answer is `registration_closed`.",
  ...anyoneOrToken,
  ...freshToGrantAdmin,
  ...json(RegisterRequest),
  ...created(Registered, "Registered", ({ id }) => `/users/${id}`),
  ...leadsTo(
    { to: ["login", "token", "changePassword", "listMySessions"] },
    { to: ["listUserSessions", "endUserSessions", "endUserSession"], parameters: { id: "#/id" } },
  ),
  ...problems(
    "registration_closed",
    "forbidden",
    "username_taken",
    "email_taken",
    "exclusion_violated",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

export const registerRoute = resource([route], (app, { registrations }: { registrations: Registrations }) => {
  app.add(route, async ({ body, caller, actor }) => {
    const browser = createFlowBrowser();
    const { person, flowId } = await registrations.register(body, caller, actor(), browser);
    return flowId === undefined ? person : { ...person, flow: formatFlow({ id: flowId, browser }) };
  });
});
