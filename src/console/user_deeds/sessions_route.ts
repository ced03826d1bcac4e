import { z } from "@hono/zod-openapi";
import { form, formPage, Id, inConsole, operation, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import { deedTexts } from "./deed_texts.ts";

const revoke = operation("POST /console/users/{id}/sessions/revoke", {
  operationId: "revokeSessionOfUser",
  tags: ["pages"],
  summary: "Revoke one session of a user",
  params: z.strictObject({ id: Id }),
  ...inConsole("sessions:revoke"),
  ...form(z.strictObject({ id: Id })),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

/** `POST /console/users/{id}/sessions/revoke` */
export const sessionsRoute = resource(
  [revoke],
  (app, { sessionRevocation }: { sessionRevocation: SessionRevocation }) => {
    app.addPage(revoke, async ({ params, body, visit, actor }) => {
      await sessionRevocation.revokeSessionAsAdministrator(params.id, body.id, actor());
      const title = deedTexts[visit.language].sessionRevoked;
      return onward(visit, {
        title,
        next: `/console/users/${params.id}?done=session_revoked&session=${body.id}#sessions`,
      });
    });
  },
);
