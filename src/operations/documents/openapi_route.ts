import { resource } from "../../http/contract/resource.ts";
import { anyone, operation, problems, text } from "../../http/contract/contract.ts";

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

/** `GET /openapi.json`; `describe` makes the document, once. */
export const openApiRoute = resource([route], (app, { describe }: { describe: () => object }) => {
  let document: string | undefined;
  app.add(route, () => document ??= JSON.stringify(describe()));
});
