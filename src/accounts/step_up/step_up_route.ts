import { json, ok, operation, ownAccount, problems, resource } from "../../http/contract/contract.ts";
import { TokenResponse } from "../../sessions/login/login_route.ts";
import { OwnProofRequest, refusals } from "../factors/own_factors_route.ts";
import type { StepUps } from "./step_up.ts";

const route = operation("POST /users/me/step-up", {
  operationId: "stepUp",
  tags: ["sessions"],
  summary: "Prove again who you are, for what requires a fresh sign-in (RFC 9470)",
  description:
    "Call it after `insufficient_user_authentication`, and repeat that request with the new access token. The answer " +
    "takes the place of the earlier tokens: earlier access tokens stay as they are until they expire, and an earlier " +
    "refresh token is refused, and counts as reused once the new one was used. If the answer is lost, call it again " +
    "with the same access token.",
  ...ownAccount,
  ...json(OwnProofRequest),
  ...ok(TokenResponse, "The tokens of the session, signed in now"),
  ...problems(...refusals),
});

/** `POST /users/me/step-up` */
export const stepUpRoute = resource([route], (app, { stepUps }: { stepUps: StepUps }) => {
  app.add(route, ({ caller, body, actor }) => stepUps.stepUp(caller, body, actor()));
});
