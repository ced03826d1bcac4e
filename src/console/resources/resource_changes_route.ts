import { z } from "@hono/zod-openapi";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { validate } from "../../http/parsing/validation.ts";
import { ApiResourceChangeRequest, NewApiResourceRequest } from "../../oauth/resources/resources_route.ts";
import type { ApiResource, ApiResources } from "../../oauth/resources/api_resources.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { wordsOf } from "../client_changes/client_draft.ts";
import { refusalOf } from "../client_changes/form_errors.ts";
import { type ResourceDraft, resourceFormPage } from "./resource_form_page.ts";
import { removeResourcePage } from "./resources_page.ts";
import { resourcesTexts } from "./resources_texts.ts";

const params = z.strictObject({ id: Id });
const path = "/console/resources/{id}";
const revision = z.string().max(64);

const members = {
  name: z.string().trim().min(1).max(100),
  scopes: z.string().max(16_384).default(""),
  alg: z.enum(["ES256", "EdDSA"]),
  ttl_seconds: z.string().regex(/^\d{1,5}$/),
  open_to_dynamic: z.literal("on").optional(),
};

const askNew = operation("GET /console/resources/new", {
  operationId: "showNewApi",
  tags: ["pages"],
  summary: "The form of a new API",
  ...inConsole("api_resources:write"),
  ...page("The form"),
  ...problems("unavailable"),
});

const create = operation("POST /console/resources/new", {
  operationId: "createApiInConsole",
  tags: ["pages"],
  summary: "Register an API",
  ...inConsole("api_resources:write"),
  ...form(z.strictObject({ ...members, uri: z.string().trim().max(255) })),
  ...formPage("Registered, or the form again"),
  ...problems("api_resource_taken", "invalid_token", "unavailable"),
});

const askEdit = operation(`GET ${path}/edit`, {
  operationId: "showEditOfApi",
  tags: ["pages"],
  summary: "The form that changes an API",
  params,
  ...inConsole("api_resources:write", { shows: "api_resources:read" }),
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const save = operation(`POST ${path}/edit`, {
  operationId: "changeApiInConsole",
  tags: ["pages"],
  summary: "Change an API",
  params,
  ...inConsole("api_resources:write", { shows: "api_resources:read" }),
  ...form(z.strictObject({ ...members, revision })),
  ...formPage("Changed, or the form again"),
  ...problems("not_found", "precondition_failed", "invalid_token", "unavailable"),
});

const askRemove = operation(`GET ${path}/delete`, {
  operationId: "askToDeleteApi",
  tags: ["pages"],
  summary: "What deleting an API does",
  params,
  ...inConsole("api_resources:write", { shows: "api_resources:read" }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const remove = operation(`POST ${path}/delete`, {
  operationId: "deleteApiInConsole",
  tags: ["pages"],
  summary: "Delete an API",
  params,
  ...inConsole("api_resources:write", { shows: "api_resources:read" }),
  ...form(z.strictObject({ revision })),
  ...formPage("Deleted, or the question again"),
  ...problems("not_found", "api_resource_in_use", "precondition_failed", "invalid_token", "unavailable"),
});

/** The forms that register, change and delete APIs */
export const resourceChangesRoute = resource(
  [askNew, create, askEdit, save, askRemove, remove],
  (app, { apiResources }: { apiResources: ApiResources }) => {
    app.addPage(askNew, (at) => resourceFormPage(at, { draft: emptyDraft }));
    app.addPage(create, async ({ body, actor, ...at }) => {
      const t = resourcesTexts[at.visit.language];
      try {
        const wanted = validate(NewApiResourceRequest, { ...wantedOf(body), uri: body.uri }, "#");
        const { id } = await apiResources.create(wanted, actor());
        return onward(at.visit, { title: t.done.created, next: `/console/resources/${id}?done=created` });
      } catch (error) {
        const refused = refusalOf(error, { api_resource_taken: t.taken });
        return resourceFormPage(at, { draft: body, refused });
      }
    });
    app.addPage(askEdit, async ({ params: { id }, ...at }) => {
      const known = await apiResources.find(id);
      return resourceFormPage(at, { draft: draftOf(known), known: { id, revision: revisionOf(known) } });
    });
    app.addPage(save, async ({ params: { id }, body: { revision, ...body }, actor, ...at }) => {
      const t = resourcesTexts[at.visit.language];
      const known = await apiResources.find(id);
      try {
        const wanted = validate(ApiResourceChangeRequest, wantedOf(body), "#");
        await apiResources.change(id, wanted, expectedBy(`"${revision}"`), actor());
      } catch (error) {
        const refused = refusalOf(error, { precondition_failed: t.changedMeanwhile });
        const draft = { ...body, uri: known.uri };
        return resourceFormPage(at, { draft, known: { id, revision: revisionOf(known) }, refused });
      }
      return onward(at.visit, { title: t.done.changed, next: `/console/resources/${id}?done=changed` });
    });
    app.addPage(askRemove, async ({ params: { id }, ...at }) => {
      const known = await apiResources.find(id);
      return removeResourcePage(at, known, { revision: revisionOf(known) });
    });
    app.addPage(remove, async ({ params: { id }, body: { revision }, actor, ...at }) => {
      const t = resourcesTexts[at.visit.language];
      const known = await apiResources.find(id);
      try {
        await apiResources.remove(id, expectedBy(`"${revision}"`), actor());
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "api_resource_in_use") throw error;
        const refused = { status: error.status, text: t.inUse };
        return removeResourcePage(at, known, { revision: revisionOf(known), refused });
      }
      return onward(at.visit, { title: t.done.removed, next: "/console/resources?done=removed" });
    });
  },
);

const emptyDraft: ResourceDraft = { uri: "", name: "", scopes: "", alg: "ES256", ttl_seconds: "600" };

function draftOf({ uri, name, scopes, alg, ttl_seconds, open_to_dynamic }: ApiResource): ResourceDraft {
  const open = open_to_dynamic ? { open_to_dynamic: "on" as const } : {};
  return { uri, name, scopes: scopes.join(" "), alg, ttl_seconds: String(ttl_seconds), ...open };
}

function wantedOf({ name, scopes, alg, ttl_seconds, open_to_dynamic }: Omit<ResourceDraft, "uri">) {
  const isOpen = open_to_dynamic === "on";
  return { name, scopes: wordsOf(scopes), alg, ttl_seconds: Number(ttl_seconds), open_to_dynamic: isOpen };
}
