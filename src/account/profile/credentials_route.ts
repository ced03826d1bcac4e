import { z } from "@hono/zod-openapi";
import type { PasswordChanges } from "../../accounts/recovery/password_change.ts";
import type { OwnAccount } from "../../accounts/users/own_account.ts";
import { form, formPage, freshlySignedIn, operation, page, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { deletionPage, passwordPage } from "./credentials_page.ts";
import { refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";

const showPassword = operation("GET /account/password", {
  operationId: "showPasswordChange",
  tags: ["pages"],
  summary: "Change your password",
  ...freshlySignedIn,
  ...page("The form"),
  ...problems(),
});

const changePassword = operation("POST /account/password", {
  operationId: "changePasswordOfAccount",
  tags: ["pages"],
  summary: "Change the password and end your other sessions",
  ...freshlySignedIn,
  ...form(z.strictObject({ current_password: z.string(), new_password: z.string(), username: z.string().optional() })),
  ...formPage("Changed"),
  ...problems("wrong_password", "rate_limited", "overloaded", "invalid_token", "unavailable"),
});

const showDeletion = operation("GET /account/delete", {
  operationId: "showDeletion",
  tags: ["pages"],
  summary: "Ask whether to delete your account",
  ...freshlySignedIn,
  ...page("What is deleted, and the form"),
  ...problems(),
});

const remove = operation("POST /account/delete", {
  operationId: "deleteAccount",
  tags: ["pages"],
  summary: "Delete your account and erase your personal data",
  ...freshlySignedIn,
  ...form(z.strictObject({ current_password: z.string() })),
  ...formPage("Deleted"),
  ...problems("wrong_password", "last_admin", "rate_limited", "overloaded", "invalid_token", "unavailable"),
});

type CredentialsDeps = { settings: Settings; passwordChanges: PasswordChanges; ownAccount: OwnAccount };

/** `GET|POST /account/password`, `GET|POST /account/delete` */
export const credentialsRoute = resource(
  [showPassword, changePassword, showDeletion, remove],
  (app, { settings, passwordChanges, ownAccount }: CredentialsDeps) => {
    const passwordLengthMin = settings.SENTINEL_PASSWORD_MIN_LENGTH;

    app.addPage(showPassword, ({ visit, caller }) => passwordPage(visit, caller, { passwordLengthMin }));
    app.addPage(changePassword, async ({ visit, caller, body: { current_password, new_password }, actor }) => {
      const t = accountTexts[visit.language];
      try {
        await passwordChanges.change(caller.user, caller.session.id, { current_password, new_password }, actor());
      } catch (error) {
        const refused = refusalOf(error, t, { wrong_password: { field: "current_password", text: t.wrongPassword } });
        if (!refused) throw error;
        return passwordPage(visit, caller, { passwordLengthMin, refused });
      }
      return onward(visit, { title: t.passwordChanged[0]!, next: "/account?done=password_changed" });
    });

    app.addPage(showDeletion, ({ visit, caller }) => deletionPage(visit, caller));
    app.addPage(remove, async ({ visit, caller, body: { current_password }, actor }) => {
      const t = accountTexts[visit.language];
      try {
        await ownAccount.remove(caller, current_password, actor());
      } catch (error) {
        const refused = refusalOf(error, t, { wrong_password: { field: "current_password", text: t.wrongPassword } });
        if (!refused) throw error;
        return deletionPage(visit, caller, { refused });
      }
      visit.endSession();
      return onward(visit, { title: t.deleted, next: "/" });
    });
  },
);
