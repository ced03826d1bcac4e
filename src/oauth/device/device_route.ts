import { z } from "@hono/zod-openapi";
import {
  form,
  formPage,
  fresh,
  Id,
  operation,
  page,
  problems,
  resource,
  signedInBrowser,
} from "../../http/contract/contract.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { DeviceGrants } from "./device_grants.ts";
import { codePage, confirmPage, decidedPage } from "./device_page.ts";

/** Longer texts are no code, however they are typed. */
const userCode = z.string().max(64);

/** With the second factor, if the user has one: a session from before it approves nothing. */
const access = { ...signedInBrowser, ...fresh({ aal: 2 }) } as const;

const show = operation("GET /device", {
  operationId: "showDevice",
  tags: ["pages"],
  summary: "The form for the code that a device shows",
  query: z.object({ user_code: userCode.optional().catch(undefined) }),
  ...access,
  ...page("The form, filled in if the address has the code"),
  ...problems("unavailable"),
});

const enter = operation("POST /device", {
  operationId: "enterDeviceCode",
  tags: ["pages"],
  summary: "See which device asks for what (RFC 8628 §5.4)",
  ...access,
  ...form(z.strictObject({ user_code: userCode })),
  ...formPage("The question, or the form again"),
  ...problems("device_code_wrong", "rate_limited", "unavailable"),
});

const decide = operation("POST /device/decision", {
  operationId: "decideDevice",
  tags: ["pages"],
  summary: "Connect the device, or deny it",
  ...access,
  ...form(z.strictObject({ id: Id, user_code: userCode, decision: z.enum(["allow", "deny"]) })),
  ...formPage("What was decided, or the form again"),
  ...problems("device_code_wrong", "rate_limited", "unavailable"),
});

/** `GET|POST /device`, `POST /device/decision` */
export const deviceRoute = resource([show, enter, decide], (app, { deviceGrants }: { deviceGrants: DeviceGrants }) => {
  app.addPage(show, ({ visit, caller, query: { user_code } }) => codePage(visit, caller, { typed: user_code }));
  app.addPage(
    enter,
    ({ visit, caller, body: { user_code }, client, concerns }) =>
      orCodeAgain(visit, caller, user_code, async () => {
        const request = await deviceGrants.find(user_code, client());
        concerns(request.client.id);
        return confirmPage(visit, caller, request);
      }),
  );
  app.addPage(
    decide,
    ({ visit, caller, body: { id, user_code, decision }, actor, concerns }) =>
      orCodeAgain(visit, caller, user_code, async () => {
        const isAllowed = decision === "allow";
        const request = await deviceGrants.decide({ id, userCode: user_code }, isAllowed, caller, actor());
        concerns(request.client.id);
        return decidedPage(visit, request, isAllowed);
      }),
  );
});

/** The form again for a code that is wrong. */
async function orCodeAgain(
  visit: Visit,
  caller: BrowserCaller,
  typed: string,
  next: () => Promise<Page>,
): Promise<Page> {
  try {
    return await next();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "device_code_wrong") throw error;
    return codePage(visit, caller, { typed, wrongStatus: error.status });
  }
}
