import type { App } from "../../http/request/app.ts";
import { anyone, operation, problems, text } from "../../http/contract/contract.ts";
import { openApiDocument } from "../../http/contract/openapi.ts";

const route = operation({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApi",
  tags: ["operations"],
  summary: "This interface as OpenAPI 3.1",
  ...anyone,
  ...text("application/json", "The document", { headers: { "cache-control": "no-cache" } }),
  ...problems(),
});

/** `GET /openapi.json`; added last, it describes every operation before it and itself. */
export function openApiRoute(app: App, about: { version: string; publicUrl: string }) {
  let document: string | undefined;
  app.add(route, () => document ??= JSON.stringify(openApiDocument(app.hono as never, app.operations, about)));
}
