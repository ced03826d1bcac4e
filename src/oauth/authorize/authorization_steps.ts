import type { BrowserCaller, PrincipalClient } from "../../vocabulary/actor.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { GrantedAccess } from "../consents/granted_access.ts";
import { type AuthorizationRequest, noteOf, type PageRefusal } from "./authorization_requests.ts";
import { type AuthorizationResponse, type Recipient, responseTo } from "./authorization_response.ts";
import type { AuthorizationError, Refusal } from "./parameters/check.ts";

/** What came of a step of a request, for metrics. */
export type AuthorizationOutcome = "code" | "sign_in" | "consent" | "page_refused" | "stale_flow" | AuthorizationError;

/** What a user is asked: to let this application have this access. */
export type Question = { flowId: string; request: AuthorizationRequest; access: GrantedAccess; caller: BrowserCaller };

/** What the browser gets next. `locales`: the languages that the client wants of pages. */
export type Step =
  & { client?: PrincipalClient | undefined; locales?: string | undefined }
  & (
    | { kind: "refused"; refusal: PageRefusal }
    | { kind: "stale" }
    | { kind: "lead"; path: string }
    | { kind: "ask"; question: Question }
    | { kind: "respond"; response: AuthorizationResponse }
  );

/** The steps with which a request ends, each counted, and noted for the client's operators where it is a refusal. */
export function createAuthorizationSteps({ issuer, refusals, counted }: {
  issuer: string;
  refusals: ClientRefusals;
  counted: (outcome: AuthorizationOutcome) => void;
}) {
  return { granted, refused, refusedPage, stale };

  function granted(request: AuthorizationRequest, code: string): Step {
    counted("code");
    return { kind: "respond", client: request.client, response: responseTo(request, issuer, { code }) };
  }

  function refused(recipient: Recipient, { error, description }: Refusal): Step {
    counted(error);
    const { client } = recipient;
    refusals.note(client.id, `${error}: ${description}`);
    const response = responseTo(recipient, issuer, { error, error_description: description });
    return { kind: "respond", client, response };
  }

  function refusedPage(refusal: PageRefusal): Step {
    const { client } = refusal;
    counted("page_refused");
    if (client) refusals.note(client.id, noteOf(refusal));
    return { kind: "refused", client, refusal };
  }

  function stale(): Step {
    counted("stale_flow");
    return { kind: "stale" };
  }
}
