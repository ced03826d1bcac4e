import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { kindOf } from "./client_kind.ts";

/** A block to paste. `title` names what it is for, and is the same in every language. */
export type Snippet = { title: string; text: string };

/** What the blocks of a client contain. Without a secret they have a placeholder. */
type Values = { issuer: string; id: string; secret: string; redirectUri: string; scope: string };

/** The blocks that connect an application to this server: those of docs/sign-in-with-sentinel.md with its values. */
export function snippetsOf(client: OAuthClient, issuer: string, secret = "snt_cs_…"): Snippet[] {
  const id = publicClientId(client);
  const { redirect_uris: [redirectUri = ""], scopes } = client;
  const values = { issuer, id, secret, redirectUri, scope: scopes.join(" ") };
  const blocks = client.token_endpoint_auth_method === "private_key_jwt" ? withKey : snippets[kindOf(client)];
  return blocks(values).map(({ title, text }) => ({ title, text: text.trim() }));
}

const snippets: Record<ReturnType<typeof kindOf>, (values: Values) => Snippet[]> = {
  web: (values) => [environment(values), openidClient(values), oauth2Proxy(values), springBoot(values)],
  single_page: (values) => [oidcClientTs(values)],
  native: (values) => [nativeClient(values)],
  device: (values) => [device(values)],
  machine: (values) => [curl(values), prometheus(values)],
  introspection: (values) => [introspect(values)],
};

/** A client with keys has no secret that a block could contain. */
function withKey({ issuer, id }: Values): Snippet[] {
  return [{
    title: "openid-client 6 (JavaScript)",
    text: `
import { discovery, PrivateKeyJwt } from "openid-client";

const key = { key: privateKey, kid: "…" }; // a CryptoKey, and the kid of its public key
const config = await discovery(new URL("${issuer}"), "${id}", undefined, PrivateKeyJwt(key));`,
  }];
}

function environment({ issuer, id, secret, redirectUri }: Values): Snippet {
  return {
    title: "OpenID Connect",
    text: `
OIDC_ISSUER=${issuer}
OIDC_CLIENT_ID=${id}
OIDC_CLIENT_SECRET=${secret}
OIDC_REDIRECT_URI=${shellWord(redirectUri)}`,
  };
}

function device({ issuer, id, scope }: Values): Snippet {
  return {
    title: "curl",
    text: `curl -s ${issuer}/oauth/device_authorization -d client_id=${id} -d "scope=${scope}"`,
  };
}

/** A URI may contain what a shell would run: `;`, `&`, `$` and parentheses. Whoever pastes it has not written it. */
function shellWord(uri: string): string {
  return /^[\w\-.~:/?@%+,=[\]]*$/.test(uri) ? uri : `'${uri.replaceAll("'", String.raw`'\''`)}'`;
}

function openidClient({ issuer, id, redirectUri, scope }: Values): Snippet {
  return {
    title: "openid-client 6 (JavaScript)",
    text: `
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";

const client_id = "${id}", client_secret = process.env.OIDC_CLIENT_SECRET;
const redirect_uri = "${redirectUri}";
const config = await discovery(new URL("${issuer}"), client_id, {}, ClientSecretBasic(client_secret));
// To sign in: keep the three values in the user's session, and send the browser to the URL.
const verifier = randomPKCECodeVerifier(), state = randomState(), nonce = randomNonce();
const url = buildAuthorizationUrl(config, {
  redirect_uri,
  state,
  nonce,
  scope: "${scope}",
  code_challenge: await calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
// At the redirection URI:
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
const { preferred_username, roles } = (await authorizationCodeGrant(config, currentUrl, checks)).claims();`,
  };
}

function oauth2Proxy({ issuer, id, secret, redirectUri, scope }: Values): Snippet {
  return {
    title: "oauth2-proxy",
    text: `
provider = "oidc"
oidc_issuer_url = "${issuer}"
client_id = "${id}"
client_secret = "${secret}"
redirect_url = "${redirectUri}"
scope = "${scope}"
code_challenge_method = "S256"
oidc_groups_claim = "roles"
allowed_groups = ["admin"]
email_domains = ["*"]
cookie_secret = "the output of: openssl rand -base64 32 | tr -- +/ -_"
cookie_refresh = "5m"
upstreams = ["http://127.0.0.1:8080"]`,
  };
}

function springBoot({ issuer, id, scope }: Values): Snippet {
  return {
    title: "Spring Boot",
    text: `
spring:
  security:
    oauth2:
      client:
        registration:
          sentinel:
            client-id: ${id}
            client-secret: \${CLIENT_SECRET}
            scope: ${scope.replaceAll(" ", ",")}
        provider:
          sentinel:
            issuer-uri: ${issuer}
            user-name-attribute: preferred_username`,
  };
}

function oidcClientTs({ issuer, id, redirectUri, scope }: Values): Snippet {
  return {
    title: "oidc-client-ts 3 (JavaScript)",
    text: `
import { UserManager } from "oidc-client-ts";

const sentinel = new UserManager({
  authority: "${issuer}",
  client_id: "${id}",
  redirect_uri: "${redirectUri}",
  scope: "${scope}",
});
if (location.href.startsWith("${redirectUri}")) await sentinel.signinRedirectCallback();
const user = await sentinel.getUser(); // user.profile has the claims; if null, call sentinel.signinRedirect()`,
  };
}

function nativeClient({ issuer, id, redirectUri }: Values): Snippet {
  return {
    title: "openid-client 6 (JavaScript)",
    text: `
import { discovery, None } from "openid-client";

const config = await discovery(new URL("${issuer}"), "${id}", undefined, None());
const redirect_uri = "${redirectUri}"; // on a loopback address with the port that the program listens on`,
  };
}

function curl({ issuer, id, secret }: Values): Snippet {
  return {
    title: "curl",
    text: `curl -s ${issuer}/oauth/token -u "${id}:${secret}" -d grant_type=client_credentials`,
  };
}

function prometheus({ issuer, id }: Values): Snippet {
  return {
    title: "Prometheus",
    text: `
scrape_configs:
  - job_name: guarded
    oauth2:
      client_id: ${id}
      client_secret_file: /etc/prometheus/sentinel_client_secret
      token_url: ${issuer}/oauth/token`,
  };
}

function introspect({ issuer, id, secret }: Values): Snippet {
  return {
    title: "curl",
    text: `curl -s ${issuer}/oauth/introspect -u "${id}:${secret}" --data-urlencode "token=$access_token"`,
  };
}
