import type { accounts } from "../accounts/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { homeRoute } from "./home/home_route.ts";
import { usersRoute } from "./users/users_route.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof accounts>;

/** The pages on which administrators manage the installation, by the rules that the API has. */
export const adminConsole = feature({
  name: "console",
  compose: (_: Needs) => ({}),
  resources: [
    homeRoute,
    usersRoute,
  ],
});
