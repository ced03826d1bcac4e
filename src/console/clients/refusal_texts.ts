import { german } from "./refusal_texts_de.ts";
import type { RefusalCause } from "../../oauth/refusals/refusal_rules.ts";
import type { differenceKinds } from "../../oauth/refusals/uri_difference.ts";

/** What is wrong in short, what happened, what to do in the application, and what to do here. */
type CauseTexts = { short: string; why: string; application: string; here?: string };

type DifferenceKind = (typeof differenceKinds)[number];

const english = {
  sent: "Sent:",
  registered: "Registered:",
  noneRegistered: "No address is registered.",
  or: "or",
  /** Instead of what to do in the application, where an address is nearly the registered one. */
  mistyped: "Probably a typing error in the application: correct it there",
  mended: "The client was changed since: this would not be refused any more.",
  /** How the address that was sent differs. */
  differs: {
    slash_more: "ends with a slash that the registered address does not have",
    slash_less: "lacks the slash at the end of the registered address",
    scheme: "has another scheme than the registered address",
    host: "is at another host than the registered address",
    port: "has another port than the registered address",
    case: "has other capital letters than the registered address",
    query: "has another query than the registered address",
    path: "has another path than the registered address",
    other: "is not registered",
  } as Record<DifferenceKind, string>,
  causes: {
    redirect_uri_not_registered: {
      short: "Address not registered",
      why: "The redirect_uri",
      application: "Change it in the application",
      here: "register this address",
    },
    redirect_uri_missing: {
      short: "No address sent",
      why: "The application sent no redirect_uri, or sent it twice.",
      application: "Let the application send a registered one, once.",
    },
    redirect_uri_differs: {
      short: "Two addresses",
      why: "The redirect_uri at the token endpoint is not the one that the sign-in began with.",
      application: "Let the application send the same address to both.",
    },
    post_logout_redirect_uri_not_registered: {
      short: "Sign-out address not registered",
      why: "The post_logout_redirect_uri",
      application: "Change it in the application",
      here: "register this address",
    },
    scope_not_allowed: {
      short: "Scope not allowed",
      why: "This scope is not among those of the client.",
      application: "Let the client stop asking for it",
      here: "add the scope",
    },
    scope_not_held: {
      short: "Permission not held",
      why: "The service account of the client does not hold this permission.",
      application: "Let the client stop asking for it",
      here: "grant the account a role that has it",
    },
    scope_not_granted: {
      short: "Scope not granted",
      why: "The refresh asked for a scope that the user was not asked for.",
      application: "Ask for it when the user signs in, or leave it out of the refresh.",
    },
    scope_without_resource: {
      short: "API not named",
      why: "The scope belongs to an API that the request did not name.",
      application: "Let the client send the API's address as resource.",
    },
    resource_not_allowed: {
      short: "API not allowed",
      why: "The client may not get tokens for this API.",
      application: "Let the client send another resource",
      here: "allow the API",
    },
    resource_not_named: {
      short: "API not named",
      why: "The client may get tokens for several APIs, and the request did not say for which.",
      application: "Let the client send one of them as resource.",
    },
    grant_type_not_allowed: {
      short: "Grant type not allowed",
      why: "The client is not registered for this grant type.",
      application: "Let the client stop using it",
      here: "allow the grant type",
    },
    secret_wrong: {
      short: "Wrong secret",
      why: "The secret that was sent is not one that this client has. It may have been replaced or revoked.",
      application: "Give the client the newest secret",
      here: "create a new secret",
    },
    secret_malformed: {
      short: "Not a client's secret",
      why: "What was sent as the secret is none of Sentinel's for clients. It may be cut off, or for something else.",
      application: "Give the client the whole newest secret",
      here: "create a new secret",
    },
    secret_of_another_client: {
      short: "Secret of another client",
      why: "The secret that was sent is that of another client.",
      application: "Let it use the id and the secret of one client",
      here: "create a new secret",
    },
    secret_expired: {
      short: "Secret expired",
      why: "The secret that was sent has expired. It was replaced by a newer one.",
      application: "Give the client the newest secret",
      here: "create a new secret",
    },
    secret_missing: {
      short: "No secret sent",
      why: "The client has a secret, and sent none.",
      application: "Let the client send its secret, or register it as a public client.",
    },
    secret_of_public_client: {
      short: "Secret sent by a public client",
      why: "The client is public and has no secret, but it sent one.",
      application: "Let it send none, or register it as a client with a secret.",
    },
    assertion_wrong: {
      short: "Wrong assertion",
      why: "What the client signed to authenticate is not what it must sign.",
      application:
        "Sign with aud = the issuer as one string, iss = sub = the client_id, a jti, and an exp within 300 s.",
    },
    assertion_expired: {
      short: "Assertion expired",
      why: "What the client signed to authenticate had expired when it arrived.",
      application: "Compare the clock of the client, and sign anew for each request.",
    },
    assertion_replayed: {
      short: "Assertion used twice",
      why: "What the client signed to authenticate was used before.",
      application: "Let the client sign anew, with a new jti, for each request. If it does, somebody else has a copy.",
    },
    assertion_missing: {
      short: "No assertion sent",
      why: "The client authenticates by private_key_jwt, and sent no client_assertion.",
      application: "Let the client sign an assertion.",
    },
    key_unknown: {
      short: "Unknown key",
      why: "The client signed with a key that is not among its keys.",
      application: "Register the key, or publish it at the jwks_uri, with the kid that the client sends.",
    },
    keys_unavailable: {
      short: "Keys unavailable",
      why: "The jwks_uri of the client does not answer its keys.",
      application: "Mend the server at the jwks_uri. An address inside your network needs SENTINEL_OUTBOUND_ALLOW.",
    },
    client_disabled: {
      short: "Client disabled",
      why: "The client is disabled.",
      application: "Leave it so",
      here: "enable the client",
    },
    code_used: {
      short: "Code used twice",
      why:
        "The code was used before. The application sends its token request twice, or a user reloaded the page. The " +
        "session that the first use started was revoked, in case the code was stolen.",
      application: "Let the application use each code once.",
    },
    code_expired: {
      short: "Code expired",
      why: "The application exchanged the code more than 60 seconds after the sign-in.",
      application: "Let it exchange codes at once, and check its clock and its queue.",
    },
    code_unknown: {
      short: "Unknown code",
      why: "There is no such code: it was made up, cut off, or used long ago.",
      application: "Check that the application passes on the code as it came.",
    },
    code_of_another_client: {
      short: "Code of another client",
      why: "The code was given to another client.",
      application: "Check that the application uses one client_id for both requests.",
    },
    request_not_pushed: {
      short: "Request not pushed",
      why: "The client must push its authorization requests, and the browser brought the parameters themselves.",
      application: "Turn on pushed authorization requests (PAR) in the application",
      here: "let the client go without them",
    },
    request_uri_unknown: {
      short: "Request of the past",
      why: "The request_uri was used before, is older than 60 seconds, or belongs to another client.",
      application: "Let the application push a request for each sign-in, and send the browser at once.",
    },
    challenge_missing: {
      short: "PKCE missing",
      why: "The application sent no code_challenge.",
      application: "Turn on PKCE with S256 in the application",
      here: "let the client go without PKCE, if it has a secret",
    },
    challenge_wrong: {
      short: "PKCE malformed",
      why: "The code_challenge is malformed, or its method is not S256.",
      application: "Turn on PKCE with S256 in the application.",
    },
    verifier_missing: {
      short: "PKCE verifier missing",
      why: "The sign-in began with a code_challenge, but the token request has no code_verifier.",
      application: "Let the application keep the verifier of each sign-in, and send it with the code.",
    },
    verifier_unexpected: {
      short: "PKCE only at the end",
      why: "The token request has a code_verifier, but the sign-in began without a code_challenge.",
      application: "Turn on PKCE for both requests.",
    },
    verifier_wrong: {
      short: "PKCE verifier wrong",
      why: "The code_verifier does not belong to the code_challenge of this sign-in.",
      application: "Let the application keep the verifier of each sign-in: two tabs have two.",
    },
    proof_missing: {
      short: "No DPoP proof",
      why: "The client must prove a key to get tokens (dpop_bound_access_tokens), and sent no proof.",
      application: "Switch on DPoP in the application",
      here: "let it go without",
    },
    proof_invalid: {
      short: "DPoP proof wrong",
      why: "The proof in the header DPoP was refused.",
      application: "Check the clock of the application, and that it makes a new proof for each request.",
    },
    proof_of_another_key: {
      short: "Another DPoP key",
      why: "The code was asked for with dpop_jkt, and the proof is of another key or missing.",
      application: "Let the application use one key from the sign-in to the tokens.",
    },
    user_denied: {
      short: "User denied",
      why: "The user chose not to allow the access.",
      application: "Nothing is wrong.",
    },
    user_gone: {
      short: "User signed out",
      why: "The user signed out, or withdrew what was allowed, before the application exchanged the code.",
      application: "Nothing is wrong, unless it happens often.",
    },
    not_signed_in: {
      short: "Not signed in",
      why: "The application asked without showing a page (prompt=none), and nobody was signed in.",
      application: "Let it begin a sign-in with a page.",
    },
    not_asked: {
      short: "Consent needed",
      why: "The application asked without showing a page (prompt=none), and the user has to be asked for consent.",
      application: "Let it begin a sign-in with a page",
      here: "mark the client as your own",
    },
    another_user: {
      short: "Another user",
      why: "The id_token_hint names another user than the one who is signed in.",
      application: "Let the application begin without the hint.",
    },
    other: { short: "Malformed request", why: "", application: "Let the client correct the request." },
  } as Record<RefusalCause, CauseTexts>,
  ending: (hint: string) => `The secret ends with ${hint}.`,
};

export type RefusalTexts = typeof english;

export const refusalTexts: Readonly<Record<"en" | "de", RefusalTexts>> = { en: english, de: german };
