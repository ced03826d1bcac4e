import { z } from "@hono/zod-openapi";
import { anyone, ok, operation, problems, resource } from "../../http/contract/contract.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";

const url = z.string().openapi({ format: "uri" });

const route = operation("GET /.well-known/authzen-configuration", {
  operationId: "getAuthzenConfiguration",
  tags: ["decisions"],
  summary: "The addresses of the decision endpoints (AuthZEN 1.0, Policy Decision Point Metadata)",
  ...anyone,
  ...ok(
    z.strictObject({
      policy_decision_point: url,
      access_evaluation_endpoint: url,
      access_evaluations_endpoint: url,
      search_subject_endpoint: url,
      search_action_endpoint: url,
    }).openapi("AuthzenConfiguration", { example: metadataOf("http://localhost:8000") }),
    "The metadata",
    { headers: { "cache-control": "public, max-age=300" } },
  ),
  ...problems(),
});

export const authzenMetadataRoute = resource([route], (app, { settings }: { settings: Settings }) => {
  const metadata = metadataOf(settings.SENTINEL_PUBLIC_URL);
  app.add(route, () => metadata);
});

function metadataOf(publicUrl: string) {
  const endpoints = `${publicUrl}/access/v1`;
  return {
    policy_decision_point: publicUrl,
    access_evaluation_endpoint: `${endpoints}/evaluation`,
    access_evaluations_endpoint: `${endpoints}/evaluations`,
    search_subject_endpoint: `${endpoints}/search/subject`,
    search_action_endpoint: `${endpoints}/search/action`,
  };
}
