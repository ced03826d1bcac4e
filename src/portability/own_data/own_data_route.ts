import { z } from "@hono/zod-openapi";
import { FactorsResponse } from "../../accounts/factors/own_factors_route.ts";
import { UserResponse } from "../../accounts/users/user_route.ts";
import { AuditEventResponse } from "../../audit/events/audit_events_route.ts";
import { ApiKeyResponse } from "../../credentials/api_keys/my_api_keys_route.ts";
import { freshSignIn, ok, operation, ownAccount, problems, Time } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { ConsentResponse } from "../../oauth/consents/my_consents_route.ts";
import { SessionResponse } from "../../sessions/sessions/my_sessions_route.ts";
import { eventsMax, type OwnData } from "./own_data.ts";

const PersonalDataResponse = z.strictObject({
  created_at: Time.openapi({ description: "When this copy was made" }),
  user: UserResponse,
  factors: FactorsResponse,
  sessions: z.array(SessionResponse.omit({ current: true })),
  api_keys: z.array(ApiKeyResponse),
  applications: z.array(ConsentResponse),
  events: z.array(AuditEventResponse).openapi({
    description: `What you did, the newest first, at most ${eventsMax} events of the audit log. ` +
      "What you did to others is without `details`",
  }),
}).openapi("PersonalData");

const route = operation("GET /users/me/export", {
  operationId: "exportMyData",
  tags: ["accounts"],
  summary: "A copy of what is stored about you",
  description: "It contains no password, secret or key, nor their hashes.",
  ...ownAccount,
  ...freshSignIn,
  ...ok(PersonalDataResponse, "Your data"),
  ...problems("not_found", "unavailable"),
});

/** `GET /users/me/export` */
export const ownDataRoute = resource([route], (app, { ownData }: { ownData: OwnData }) => {
  app.add(route, ({ caller: { user } }) => ownData.copyOf(user));
});
