import { createLiveMap, type LiveMap } from "../../platform/cache/live_map.ts";
import type { CacheValidity } from "../../platform/cache/cache_validity.ts";
import type { Db } from "../../platform/db/db.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { findPrincipalClient } from "./client_access_store.ts";

/** OAuth clients as they are now, with their secrets and the APIs that they may get tokens for. */
export type ClientCache = LiveMap<PrincipalClient>;

/** A bounded map of clients; a miss costs one statement. */
export function createClientCache({ db, cacheValidity }: { db: Db; cacheValidity: CacheValidity }): ClientCache {
  return createLiveMap({ load: (id) => findPrincipalClient(db, id), cacheValidity });
}
