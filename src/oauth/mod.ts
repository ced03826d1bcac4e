import type { access } from "../access/mod.ts";
import type { accounts } from "../accounts/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import type { delivery } from "../delivery/mod.ts";
import type { sessions } from "../sessions/mod.ts";
import type { tokens } from "../tokens/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import { countBy } from "../platform/metrics.ts";
import { createAuthorizationFlows } from "./authorize/authorization_flows.ts";
import { createAuthorizationRequests } from "./authorize/authorization_requests.ts";
import { createAuthorizations } from "./authorize/authorizations.ts";
import { authorizeRoute } from "./authorize/authorize_route.ts";
import { consentRoute } from "./authorize/consent_route.ts";
import { createClientAssertions } from "./client_authentication/client_assertions.ts";
import { createClientKeys } from "./client_keys/client_keys.ts";
import {
  type ClientAuthentication,
  createClientAuthentication,
} from "./client_authentication/client_authentication.ts";
import { type ClientRefusals, createClientRefusals } from "./clients/client_refusals.ts";
import { clientRefusalsRoute } from "./clients/client_refusals_route.ts";
import { createClientSecrets } from "./clients/client_secrets.ts";
import { clientSecretsRoute } from "./clients/client_secrets_route.ts";
import { createClients } from "./clients/clients.ts";
import { clientsRoute } from "./clients/clients_route.ts";
import { createFailedAttempts } from "../platform/failed_attempts.ts";
import { type AuthorizationCodes, createAuthorizationCodes } from "./codes/authorization_codes.ts";
import { type Consents, createConsents } from "./consents/consents.ts";
import { createBackChannelLogout } from "./logout/back_channel_logout.ts";
import { type ClientDirectory, createClientDirectory } from "./documents/client_directory.ts";
import { createClientDocuments } from "./documents/client_documents.ts";
import { isOfStranger } from "./documents/document_url.ts";
import { createDocumentClients } from "./documents/document_clients.ts";
import { endSessionRoute } from "./logout/end_session_route.ts";
import { createLogouts } from "./logout/logouts.ts";
import { myConsentsRoute } from "./consents/my_consents_route.ts";
import { purgeUnusedClients } from "./registration/unused_clients.ts";
import { registrationLimit } from "./registration/registration_limit.ts";
import { createApiResources } from "./resources/api_resources.ts";
import { resourcesRoute } from "./resources/resources_route.ts";
import { createClientCredentials } from "./token_endpoint/client_credentials.ts";
import { createClientRefresh } from "./token_endpoint/client_refresh.ts";
import { createCodeExchange } from "./token_endpoint/code_exchange.ts";
import { timedExchange } from "./token_endpoint/timed_exchange.ts";
import { createProvenKeys } from "./token_endpoint/proven_keys.ts";
import { createGrantedTokens, type GrantedTokenIssue } from "./token_endpoint/granted_tokens.ts";
import { introspectRoute } from "./token_endpoint/introspect_route.ts";
import { createIntrospection } from "./token_endpoint/introspection.ts";
import { deviceAuthorizationRoute } from "./device/device_authorization_route.ts";
import { createDeviceExchange } from "./device/device_exchange.ts";
import { createDeviceGrants } from "./device/device_grants.ts";
import { deviceRoute } from "./device/device_route.ts";
import { parRoute } from "./pushed_requests/par_route.ts";
import { createPushedRequests } from "./pushed_requests/pushed_requests.ts";
import { metadataRoute } from "./discovery/metadata_route.ts";
import { protectedResourceRoute } from "./discovery/protected_resource_route.ts";
import { revokeRoute } from "./token_endpoint/revoke_route.ts";
import { tokenRoute } from "./token_endpoint/token_route.ts";
import { createTokenTargets } from "./token_endpoint/token_targets.ts";
import { revocationsRoute } from "./revocations/revocations_route.ts";
import { createTokenRevocation } from "./token_endpoint/token_revocation.ts";
import { createUserinfo } from "./userinfo/userinfo.ts";
import { userinfoRoute } from "./userinfo/userinfo_route.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof access>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof delivery>
  & ServicesOf<typeof sessions>
  & ServicesOf<typeof tokens>;

const second = 1_000, hour = 3_600 * second;

/** The OAuth endpoints: token, revocation, introspection, metadata. */
export const oauth = feature({
  name: "oauth",
  compose(needs: Needs) {
    const { settings, db, clock } = needs;
    const issuer = settings.SENTINEL_PUBLIC_URL;
    const clientRefusals = createClientRefusals({ db, clock });
    const authorizationCodes = createAuthorizationCodes({ db });
    const clientDirectory = directoryOf(needs);
    const { findDescribed } = clientDirectory;
    const clientAuthentication = authenticationOfClients({ ...needs, issuer, findDescribed, refusals: clientRefusals });
    const consents = consentsOf(needs);
    return {
      clientDirectory,
      clientRefusals,
      authorizationCodes,
      ...authorizationEndpoint({
        ...needs,
        issuer,
        consents,
        directory: clientDirectory,
        codes: authorizationCodes,
        refusals: clientRefusals,
      }),
      clientAuthentication,
      consents,
      ...composeGrants({
        ...needs,
        issuer,
        consents,
        clientAuthentication,
        codes: authorizationCodes,
        refusals: clientRefusals,
      }),
      userinfo: createUserinfo({ ...needs }),
      backChannelLogout: createBackChannelLogout({ ...needs, isOfStranger: strangersOf(settings) }),
      logouts: createLogouts({ ...needs, refusals: clientRefusals }),
      introspection: createIntrospection({ ...needs, issuer }),
      tokenRevocation: createTokenRevocation({ ...needs, authentication: clientAuthentication }),
    };
  },
  jobs: [
    {
      name: "client refusals",
      everyMs: 2 * second,
      everyWorker: true,
      run: ({ clientRefusals }) => clientRefusals.flush(),
    },
    { name: "sign-outs", everyMs: second, run: ({ backChannelLogout }) => backChannelLogout.announce() },
  ],
  resources: [
    authorizeRoute,
    deviceAuthorizationRoute,
    deviceRoute,
    parRoute,
    consentRoute,
    endSessionRoute,
    tokenRoute,
    revokeRoute,
    introspectRoute,
    revocationsRoute,
    userinfoRoute,
    metadataRoute,
    protectedResourceRoute,
    myConsentsRoute,
  ],
});

/** How clients prove who they are. */
function authenticationOfClients(
  needs: Needs & { issuer: string; findDescribed: ClientDirectory["findDescribed"]; refusals: ClientRefusals },
): ClientAuthentication {
  const { settings, instruments } = needs;
  const keys = createClientKeys({
    ...needs,
    isOfStranger: strangersOf(settings),
    counted: countBy(instruments.sentinel_client_keys_fetches_total, "outcome"),
  });
  return createClientAuthentication({
    ...needs,
    assertions: createClientAssertions({ ...needs, keys }),
    uses: needs.keyUses,
    failures: createFailedAttempts({
      limit: settings.SENTINEL_RATE_LIMIT ? settings.SENTINEL_RATE_LIMIT_CLIENT_ADDRESS : undefined,
      monotonic: needs.monotonic,
    }),
    counted: countBy(instruments.sentinel_client_authentications_total, "outcome"),
  });
}

/** How requests of applications get there, and what comes of them. */
function authorizationEndpoint(
  needs: Needs & {
    issuer: string;
    consents: Consents;
    directory: ClientDirectory;
    codes: AuthorizationCodes;
    refusals: ClientRefusals;
  },
) {
  const { instruments, db, clients, settings } = needs;
  const requests = createAuthorizationRequests(needs);
  const pushedRequests = createPushedRequests({
    ...needs,
    requests,
    counted: countBy(instruments.sentinel_pushed_requests_total, "outcome"),
  });
  const authorizations = createAuthorizations({
    ...needs,
    requests,
    pushedRequests,
    flows: createAuthorizationFlows({ db }),
    documentClients: createDocumentClients({ clients, clientsMax: settings.SENTINEL_CLIENT_REGISTRATION_MAX }),
    counted: countBy(instruments.sentinel_authorizations_total, "outcome"),
  });
  return { pushedRequests, authorizations };
}

/** What the token endpoint issues tokens by. */
function composeGrants(
  needs: Needs & {
    issuer: string;
    consents: Consents;
    clientAuthentication: ClientAuthentication;
    codes: AuthorizationCodes;
    refusals: ClientRefusals;
  },
) {
  const { settings, instruments, monotonic } = needs;
  const targets = createTokenTargets({ ...needs, ttlSeconds: settings.SENTINEL_ACCESS_TOKEN_TTL_SECONDS });
  const grantedTokens = createGrantedTokens({ ...needs, targets });
  const codeExchange = createCodeExchange({
    ...needs,
    grantedTokens,
    counted: countBy(instruments.sentinel_code_exchanges_total, "outcome"),
  });
  return {
    provenKeys: createProvenKeys(needs),
    clientCredentials: createClientCredentials({
      ...needs,
      authentication: needs.clientAuthentication,
      targets,
      counted: countBy(instruments.sentinel_client_credentials_total, "outcome"),
    }),
    codeExchange: timedExchange(codeExchange, {
      monotonic,
      durations: instruments.sentinel_code_exchange_duration_seconds,
    }),
    clientRefresh: createClientRefresh({ ...needs, grantedTokens }),
    ...deviceSignIn({ ...needs, grantedTokens }),
  };
}

/** How devices without a browser get there. */
function deviceSignIn(
  needs: Needs & { issuer: string; consents: Consents; grantedTokens: GrantedTokenIssue; refusals: ClientRefusals },
) {
  const { settings, instruments, monotonic } = needs;
  const counted = countBy(instruments.sentinel_device_grants_total, "outcome");
  const limit = settings.SENTINEL_RATE_LIMIT ? settings.SENTINEL_RATE_LIMIT_DEVICE_ADDRESS : undefined;
  const wrongCodes = createFailedAttempts({ limit, monotonic });
  return {
    deviceGrants: createDeviceGrants({ ...needs, wrongCodes, counted }),
    deviceExchange: createDeviceExchange({ ...needs, counted }),
  };
}

function consentsOf({ settings, instruments, ...needs }: Needs): Consents {
  return createConsents({
    ...needs,
    idleSeconds: settings.SENTINEL_SESSION_IDLE_SECONDS,
    counted: countBy(instruments.sentinel_consents_total, "outcome"),
  });
}

function directoryOf({ settings, db, clients, outbound, clock, log, monotonic, instruments }: Needs): ClientDirectory {
  const hosts = settings.SENTINEL_CLIENT_METADATA_DOCUMENTS;
  return createClientDirectory({
    db,
    clients,
    hosts,
    issuer: settings.SENTINEL_PUBLIC_URL,
    documents: createClientDocuments({
      outbound,
      clock,
      log,
      isOfStranger: hosts === "open",
      attempts: createFailedAttempts({ limit: registrationLimit(settings), monotonic }),
      counted: countBy(instruments.sentinel_client_documents_total, "outcome"),
    }),
  });
}

/** Of which clients strangers may have named the servers. */
function strangersOf({ SENTINEL_CLIENT_METADATA_DOCUMENTS: hosts }: Settings) {
  return (client: Parameters<typeof isOfStranger>[1]) => isOfStranger(hosts, client);
}

type RegistryNeeds = Needs & ServicesOf<typeof accounts> & ServicesOf<typeof oauth>;

/** OAuth clients, and the APIs that tokens are issued for. */
export const clientRegistry = feature({
  name: "clients",
  compose: ({ settings, db, keys, clients, serviceAccounts }: RegistryNeeds) => ({
    oauthClients: createClients({ db, clients, keys, serviceAccounts }),
    clientSecrets: createClientSecrets({ db, clients }),
    apiResources: createApiResources({ db, keys, clients, issuer: settings.SENTINEL_PUBLIC_URL }),
  }),
  jobs: [{ name: "unused clients", everyMs: hour, run: ({ db }) => purgeUnusedClients(db) }],
  resources: [clientsRoute, clientSecretsRoute, clientRefusalsRoute, resourcesRoute],
});
