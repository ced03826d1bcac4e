import { feature } from "../http/contract/feature.ts";
import { jwksRoute } from "./keys/jwks_route.ts";

/** The keys that access tokens are verified with. */
export const tokens = feature("tokens", [jwksRoute]);
