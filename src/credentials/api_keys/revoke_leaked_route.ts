import { z } from "@hono/zod-openapi";
import { anyone, formOrJson, noContent, operation, problems, resource } from "../../http/contract/contract.ts";
import type { LeakedKeys } from "./leaked_keys.ts";

const tokensMax = 100;
const tokenLengthMax = 4_096;
const token = z.string().max(tokenLengthMax);

const LeakedRequest = z.strictObject({
  token: token.optional().openapi({ example: "snt_pat_0CJ3zGhq…" }),
  tokens: z.array(token).max(tokensMax).optional().openapi({ description: "Several at once" }),
}).openapi("LeakedKeysRequest", { example: { token: "snt_pat_0CJ3zGhq…" } });

const route = operation("POST /api-keys/revoke-leaked", {
  operationId: "revokeLeakedApiKeys",
  tags: ["api_keys"],
  summary: "Revoke API keys that were found in public",
  description: "For secret scanners and for everyone who finds a key: to have it is the proof. The answer is 204 " +
    "whatever was sent, so it tells nothing about a text.",
  ...anyone,
  ...formOrJson(LeakedRequest),
  ...noContent("Whatever was a key works no more"),
  ...problems("unavailable"),
});

export const revokeLeakedRoute = resource([route], (app, { leakedKeys }: { leakedKeys: LeakedKeys }) => {
  app.add(
    route,
    ({ body: { token, tokens = [] }, actor }) => leakedKeys.revoke([...tokens, ...token ? [token] : []], actor()),
  );
});
