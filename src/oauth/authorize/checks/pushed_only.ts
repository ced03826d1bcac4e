import { type Check, invalidRequest } from "../parameters/check.ts";

/** A client may bind itself to requests that it pushes (RFC 9126 §6). */
export const pushedOnly: Check = ({ isPushed }, { require_pushed_authorization_requests }) =>
  require_pushed_authorization_requests && !isPushed
    ? invalidRequest("the client must push its request to /oauth/par")
    : undefined;
