import { z } from "@hono/zod-openapi";
import { awayPage } from "../../http/contract/away_page.ts";
import { operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { foreignForm, sameByGet } from "../../http/contract/foreign_form.ts";
import { resource } from "../../http/contract/resource.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import type { Logouts } from "./logouts.ts";

const path = "/oauth/end_session";

/** `logout_hint` is not used: a browser is signed in as one user. */
const EndSessionQuery = z.object({
  id_token_hint: z.string().optional(),
  client_id: z.string().optional(),
  post_logout_redirect_uri: z.string().optional(),
  state: z.string().optional(),
  ui_locales: z.string().optional(),
});

const leave = operation(`GET ${path}`, {
  operationId: "endSession",
  tags: ["pages"],
  summary: "Sign the user of an application out (OpenID Connect RP-Initiated Logout 1.0 §2)",
  query: EndSessionQuery,
  ...visitor,
  ...awayPage("Leads back to the application, or to the question whether to sign out"),
  ...problems("unavailable"),
});

const leaveByForm = operation(`POST ${path}`, {
  operationId: "endSessionByForm",
  tags: ["pages"],
  summary: "The same parameters as a form (OpenID Connect RP-Initiated Logout 1.0 §2)",
  ...visitor,
  ...foreignForm,
  ...page("Leads to the same request as a GET, to which browsers send their cookies"),
  ...problems(),
});

/** `GET|POST /oauth/end_session` */
export const endSessionRoute = resource([leave, leaveByForm], (app, { logouts }: { logouts: Logouts }) => {
  app.addPage(leave, async ({ visit, caller, query: { ui_locales, ...sent }, concerns, actor }) => {
    const { client, uri, signedOut } = await logouts.begin(sent, caller, actor);
    if (client) concerns(client.id);
    if (!signedOut) return seeOther(question({ ...sent, client_id: client?.id, ui_locales }));
    visit.endSession();
    return seeOther(uri!);
  });
  app.addPage(leaveByForm, ({ body }) => sameByGet(path, body) ?? seeOther(question({})));
});

/** The page that asks. The id_token goes no further. */
function question({ id_token_hint: _, ...sent }: z.infer<typeof EndSessionQuery>): string {
  const known = Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return known.length === 0 ? "/signout" : `/signout?${new URLSearchParams(known)}`;
}
