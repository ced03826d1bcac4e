import { z } from "@hono/zod-openapi";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import { signOutPage } from "./signout_page.ts";
import { accountTexts } from "../texts/texts.ts";

const signedOut = "/signin?done=signed_out";

const show = operation({
  method: "get",
  path: "/signout",
  operationId: "showSignOut",
  tags: ["pages"],
  summary: "Ask whether to sign out",
  ...visitor,
  ...page("The question; who is not signed in is led to the sign-in"),
  ...problems(),
});

const submit = operation({
  method: "post",
  path: "/signout",
  operationId: "signOut",
  tags: ["pages"],
  summary: "End the session of this browser",
  ...visitor,
  ...form(z.strictObject({})),
  ...formPage("Signed out"),
  ...problems("unavailable"),
});

/** `GET|POST /signout` */
export const signOutRoute = resource(
  [show, submit],
  (app, { sessionRevocation }: { sessionRevocation: SessionRevocation }) => {
    app.addPage(show, ({ visit, caller }) => caller ? signOutPage(visit, caller) : seeOther(signedOut));
    app.addPage(submit, async ({ visit, caller, actor }) => {
      if (caller) await sessionRevocation.revokeOwnSession(caller.user.id, caller.session.id, actor());
      visit.endSession();
      return onward(visit, { title: accountTexts[visit.language].signedOut, next: signedOut });
    });
  },
);
