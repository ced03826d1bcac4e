import { z } from "@hono/zod-openapi";
import { awayFormPage } from "../../http/contract/away_page.ts";
import { form, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import { inLocales } from "../../http/pages/language.ts";
import { shownApplication } from "../../vocabulary/clients/shown_client.ts";
import type { Logouts } from "../../oauth/logout/logouts.ts";
import { signedOutPage, signOutPage } from "./signout_page.ts";
import { accountTexts } from "../texts/texts.ts";

const signedOut = "/signin?done=signed_out";

/** Set when an application asks for the sign-out (OpenID Connect RP-Initiated Logout 1.0 §2). */
const SignOutQuery = z.object({
  client_id: z.string().optional(),
  post_logout_redirect_uri: z.string().optional(),
  state: z.string().optional(),
  ui_locales: z.string().optional(),
});

const show = operation("GET /signout", {
  operationId: "showSignOut",
  tags: ["pages"],
  summary: "Ask whether to sign out",
  query: SignOutQuery,
  ...visitor,
  ...page("The question; who is not signed in is led to the sign-in"),
  ...problems(),
});

const submit = operation("POST /signout", {
  operationId: "signOut",
  tags: ["pages"],
  summary: "End the session of this browser",
  query: SignOutQuery,
  ...visitor,
  ...form(z.strictObject({})),
  ...awayFormPage("Signed out; leads back to the application that asked for it"),
  ...problems("unavailable"),
});

/** `GET|POST /signout` */
export const signOutRoute = resource([show, submit], (app, { logouts }: { logouts: Logouts }) => {
  app.addPage(show, async ({ visit, caller, search, query: { ui_locales, ...target }, concerns }) => {
    const look = inLocales(visit, ui_locales);
    const { client, uri } = await logouts.returnOf(target);
    if (client) concerns(client.id);
    if (!caller) {
      if (!client || !uri) return seeOther(signedOut);
      return signedOutPage(look, { application: shownApplication(client, uri), uri });
    }
    const staysHere = target.post_logout_redirect_uri !== undefined && !uri;
    return signOutPage(look, caller, { search, application: client && shownApplication(client, uri), staysHere });
  });
  app.addPage(submit, async ({ visit, caller, actor, query: { ui_locales, ...target } }) => {
    const look = inLocales(visit, ui_locales);
    const { client, uri } = await logouts.returnOf(target);
    if (caller) await logouts.end(caller, actor());
    visit.endSession();
    if (client && uri) return signedOutPage(look, { application: shownApplication(client, uri), uri, isOnWay: true });
    return onward(look, { title: accountTexts[look.language].signedOut, next: signedOut });
  });
});
