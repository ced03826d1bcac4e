import { z } from "@hono/zod-openapi";
import { oftenFromMemory, operation, polled, problems, requiresOrClient } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { Position, RevocationFeed } from "../../sessions/ended/revocation_feed.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type ClientAuthentication, sentClient } from "../client_authentication/client_authentication.ts";
import { servedApis } from "../resources/served_apis.ts";

const Cursor = z.string().regex(/^\d{1,18}-\d{1,18}$/, "must be the cursor of an earlier answer");

const Until = z.int().openapi({
  description: "When no such token can live any more, so that it can be forgotten; seconds since the epoch",
  example: 1_768_470_000,
});
const Before = z.int().openapi({
  description: "Refuse what was issued (`iat`) earlier; seconds since the epoch",
  example: 1_768_469_400,
});

const Revocation = z.union([
  z.strictObject({ sid: z.uuid().openapi({ description: "Refuse tokens with this `sid`" }), until: Until }),
  z.strictObject({
    sub: z.uuid().openapi({ description: "Refuse tokens with this `sub`" }),
    before: Before,
    until: Until,
  }),
  z.strictObject({
    client_id: z.string().openapi({ description: "Refuse tokens with this `client_id`" }),
    before: Before,
    until: Until,
  }),
]).openapi("Revocation", {
  example: { sid: "01932c60-02f4-7d11-8a3b-5e6f708192a3", until: 1_768_470_000 },
});

const RevocationsResponse = z.strictObject({
  items: z.array(Revocation),
  cursor: Cursor.openapi({ description: "For `since` of the next request", example: "48120-311" }),
}).openapi("Revocations");

const route = operation("GET /revocations", {
  operationId: "listRevocations",
  tags: ["sessions"],
  summary: "Which tokens no longer count, for those who verify them offline",
  description: "Poll it, with the last `cursor` as `since` and the last `ETag` as `If-None-Match`. Full pages are " +
    "followed by more at once. An item may come more than once, and no item is left out. A client learns only of " +
    "tokens that it got itself, and of those for its `resources`, unless it registered itself.",
  errors: "oauth",
  query: z.object({
    since: Cursor.optional().openapi({
      description: "The `cursor` of the last answer; without it, all that matters now",
    }),
  }),
  ...requiresOrClient("tokens:introspect"),
  ...oftenFromMemory,
  ...polled(RevocationsResponse, "At most 1,000 revocations, oldest first"),
  ...problems("invalid_client", "rate_limited", "unavailable"),
});

/** `GET /revocations` */
export const revocationsRoute = resource(
  [route],
  (app, { revocationFeed, clientAuthentication }: {
    revocationFeed: RevocationFeed;
    clientAuthentication: ClientAuthentication;
  }) => {
    app.add(route, async ({ caller, query: { since }, client, authorization, withStatements }) => {
      const sent = caller ? undefined : sentClient(authorization(), {});
      if (!caller && !sent) throw new Problem("token_missing");
      const asking = sent && await clientAuthentication.authenticate(sent, client);
      const viewer = asking && { clientId: asking.id, resources: servedApis(asking) };
      const { items, position } = await revocationFeed.after(
        since === undefined ? since : positionOf(since),
        viewer,
        withStatements,
      );
      return { items, cursor: `${position.xid}-${position.seq}` };
    });
  },
);

function positionOf(cursor: string): Position {
  const [xid, seq] = cursor.split("-").map(BigInt) as [bigint, bigint];
  return { xid, seq };
}
