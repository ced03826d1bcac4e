import { z } from "@hono/zod-openapi";
import type { OwnAccount } from "../../accounts/users/own_account.ts";
import { form, formPage, freshlySignedIn, operation, page, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { usernamePage } from "./username_page.ts";

const show = operation("GET /account/username", {
  operationId: "showUsernameChange",
  tags: ["pages"],
  summary: "Change your username",
  ...freshlySignedIn,
  ...page("The form"),
  ...problems(),
});

const change = operation("POST /account/username", {
  operationId: "changeUsernameOfAccount",
  tags: ["pages"],
  summary: "Change the username, or be without one",
  ...freshlySignedIn,
  ...form(z.strictObject({ username: z.string().max(identifierLengthMax) })),
  ...formPage("Changed"),
  ...problems("username_taken", "rate_limited", "invalid_token", "unavailable"),
});

/** `GET|POST /account/username` */
export const usernameRoute = resource([show, change], (app, { ownAccount }: { ownAccount: OwnAccount }) => {
  app.addPage(
    show,
    ({ visit, caller }) => usernamePage(visit, caller, { username: caller.user.username ?? "" }),
  );
  app.addPage(change, async ({ visit, caller, body: { username }, actor }) => {
    const t = accountTexts[visit.language];
    try {
      await ownAccount.change(caller, { username: username || null }, whateverTheState, actor());
      return onward(visit, { title: t.usernameChanged[0]!, next: "/account?done=username_changed" });
    } catch (error) {
      const taken = { field: "username", text: t.usernameTaken };
      const refused = refusalOf(error, t, { username_taken: taken });
      if (!refused) throw error;
      return usernamePage(visit, caller, { username, refused });
    }
  });
});
