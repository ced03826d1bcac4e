import type { accounts } from "../accounts/mod.ts";
import type { audit } from "../audit/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { oauth } from "../oauth/mod.ts";
import type { sessions } from "../sessions/mod.ts";
import { createOwnData } from "./own_data/own_data.ts";
import { ownDataRoute } from "./own_data/own_data_route.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof accounts>
  & ServicesOf<typeof audit>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof oauth>
  & ServicesOf<typeof sessions>;

/** Copies of what is stored about users, for themselves. Commands import and export whole installations. */
export const portability = feature({
  name: "portability",
  compose: (needs: Needs) => ({ ownData: createOwnData(needs) }),
  resources: [ownDataRoute],
});
