import { anyone, operation, problems, resource, text } from "../../http/contract/contract.ts";

const route = operation("GET /openapi.json", {
  operationId: "getOpenApi",
  tags: ["operations"],
  summary: "The OpenAPI 3.1 document of this API",
  ...anyone,
  ...text("application/json", "The document", { headers: { "cache-control": "no-cache" } }),
  ...problems(),
});

/** `GET /openapi.json`. `describe` is called once. */
export const openApiRoute = resource([route], (app, { describe }: { describe: () => object }) => {
  let document: string | undefined;
  app.add(route, () => document ??= JSON.stringify(describe()));
});
