import { z } from "@hono/zod-openapi";
import { userRole } from "../../access/roles/permission_evaluator.ts";
import type { Registrations } from "../../accounts/registration/registrations.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { fieldErrorsOf } from "../frame/field_errors.ts";
import { newUserPage } from "./new_user_page.ts";
import { usersTexts } from "./users_texts.ts";

const show = operation("GET /console/users/new", {
  operationId: "askNewUser",
  tags: ["pages"],
  summary: "The form for a new user",
  ...inConsole("users:write"),
  ...page("The form"),
  ...problems("unavailable"),
});

const create = operation("POST /console/users/new", {
  operationId: "createUserInConsole",
  tags: ["pages"],
  summary: "Create an account for another user",
  ...inConsole("users:write"),
  ...form(z.strictObject({
    username: z.string().max(254).default(""),
    email: z.string().max(254).default(""),
    password: z.string(),
  })),
  ...formPage("Created"),
  ...problems("overloaded", "invalid_token", "unavailable"),
});

/** `GET|POST /console/users/new` */
export const newUserRoute = resource([show, create], (app, { registrations }: { registrations: Registrations }) => {
  app.addPage(show, (at) => newUserPage(at));
  app.addPage(create, async ({ body: { password, ...values }, visit, caller, may, actor }) => {
    const t = usersTexts[visit.language];
    const username = values.username.trim() || undefined;
    const email = values.email.trim() || undefined;
    try {
      const user = await registrations.createAsAdministrator({ username, email, password }, [userRole], actor());
      return onward(visit, { title: t.isCreated(shownName(user)), next: `/console/users/${user.id}` });
    } catch (error) {
      const errors = fieldErrorsOf(error, {
        first: "username",
        taken: { username_taken: { username: t.usernameTaken }, email_taken: { email: t.emailTaken } },
      });
      if (!errors) throw error;
      return newUserPage({ visit, caller, may }, { values, errors });
    }
  });
});
