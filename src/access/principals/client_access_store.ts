import type { Db } from "../../platform/db/db.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";

type ResourceRow = { uri: string; scopes: string[]; alg: AccessTokenAlgorithm; ttl_seconds: number };

type ClientRow = Omit<PrincipalClient, "id" | "grant_types" | "scopes" | "resources"> & {
  grant_types: string[];
  scopes: string[];
  open_scopes: boolean;
  resources: ResourceRow[];
};

/**
 * The client with its secrets and its resources, in one statement. One that no administrator created has the resources
 * that are open to such clients, and with `open_scopes` their scopes too.
 */
export async function findPrincipalClient(db: Db, id: string): Promise<PrincipalClient | undefined> {
  const [row] = await db.query<ClientRow>(
    "find_client_access",
    `select c.name, c.source, c.url, c.disabled_at is not null as disabled, c.grant_types, c.scopes, c.open_scopes, c.own_api, c.service_user_id,
            c.token_endpoint_auth_method, c.jwks, c.jwks_uri, c.token_endpoint_auth_signing_alg,
            c.token_endpoint_audience, c.application_type, c.redirect_uris, c.post_logout_redirect_uris,
            c.id_token_signed_response_alg, c.first_party, c.require_pkce, c.native_localhost, c.refresh_id_token,
            c.require_pushed_authorization_requests, c.dpop_bound_access_tokens,
            c.backchannel_logout_uri, c.backchannel_logout_session_required,
            coalesce(round(extract(epoch from c.tokens_not_before) * 1000)::float8, 0) as tokens_not_before,
            coalesce((
              select json_agg(json_build_object(
                'id', s.id, 'kind', s.kind, 'hash', encode(s.hash, 'hex'),
                'expires_at', extract(epoch from s.expires_at) * 1000
              ))
              from secrets s where s.owner_id = c.id
            ), '[]') as secrets,
            coalesce((
              select json_agg(json_build_object(
                'uri', r.uri, 'scopes', r.scopes, 'alg', r.alg, 'ttl_seconds', r.ttl_seconds
              ))
              from api_resources r
              where (c.source <> 'admin' and r.open_to_dynamic)
                or r.id in (select m.resource_id from client_resources m where m.client_id = c.id)
            ), '[]') as resources
     from clients c where c.id = $1`,
    [id],
    { keepPlan: true },
  );
  if (!row) return undefined;
  const { open_scopes, ...client } = row;
  return {
    ...client,
    id,
    grant_types: new Set(row.grant_types),
    scopes: new Set(open_scopes ? [...row.scopes, ...row.resources.flatMap(({ scopes }) => scopes)] : row.scopes),
    resources: new Map(row.resources.map(({ scopes, ...rest }) => [rest.uri, { ...rest, scopes: new Set(scopes) }])),
  };
}
