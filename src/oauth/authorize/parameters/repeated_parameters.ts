import { type Check, invalidRequest } from "./check.ts";

/** RFC 6749 §3.1 */
export const repeatedParameters: Check = ({ repeated }) =>
  repeated && invalidRequest(`${repeated} occurs more than once`);
