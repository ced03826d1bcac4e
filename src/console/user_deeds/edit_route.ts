import { z } from "@hono/zod-openapi";
import type { Users } from "../../accounts/users/users.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import { fieldErrorsOf } from "../frame/field_errors.ts";
import { deedTexts } from "./deed_texts.ts";
import { editPage } from "./edit_page.ts";

const params = z.strictObject({ id: Id });

const show = operation("GET /console/users/{id}/edit", {
  operationId: "askEditOfUser",
  tags: ["pages"],
  summary: "The names of a user, to change them",
  params,
  ...inConsole("users:write", { shows: "users:read" }),
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const save = operation("POST /console/users/{id}/edit", {
  operationId: "doEditOfUser",
  tags: ["pages"],
  summary: "Change the names of a user",
  params,
  ...inConsole("users:write", { shows: "users:read" }),
  ...form(z.strictObject({
    username: z.string().max(254).default(""),
    email: z.string().max(254).default(""),
    revision: z.string().max(64),
  })),
  ...formPage("Saved"),
  ...problems("not_found", "precondition_failed", "username_taken", "email_taken", "invalid_token", "unavailable"),
});

/** `GET|POST /console/users/{id}/edit` */
export const editRoute = resource([show, save], (app, { users }: { users: Users }) => {
  app.addPage(show, async ({ params: { id }, visit, caller, may }) => {
    const user = await users.find(id);
    const values = { username: user.username ?? "", email: user.email ?? "" };
    return editPage({ visit, caller, may }, { user, revision: revisionOf(user), values });
  });
  app.addPage(save, async ({ params: { id }, body: { revision, ...values }, visit, caller, may, actor }) => {
    const t = deedTexts[visit.language];
    try {
      const wanted = { username: values.username.trim() || null, email: values.email.trim() || null };
      await users.change(id, wanted, expectedBy(`"${revision}"`), actor());
    } catch (error) {
      const errors = fieldErrorsOf(error, {
        first: "username",
        taken: { username_taken: { username: t.taken }, email_taken: { email: t.emailTaken } },
      });
      if (!errors) throw error;
      return editPage({ visit, caller, may }, { user: await users.find(id), revision, values, errors });
    }
    return onward(visit, { title: t.saved, next: `/console/users/${id}` });
  });
});
