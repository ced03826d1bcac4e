import type { Alert } from "../alerts.ts";
import { installation, limits } from "../objectives.ts";
import { increase, refusals } from "./expressions.ts";

const fetched = (outcome: string) => `sentinel_client_keys_fetches_total{outcome="${outcome}"}`;
const authenticated = (outcome: string) => `sentinel_client_authentications_total{outcome="${outcome}"}`;

const proofs = (outcome: string) => `sentinel_dpop_proofs_total{outcome="${outcome}"}`;
const documents = (outcome: string) => `sentinel_client_documents_total{outcome="${outcome}"}`;
const registrations = (outcome: string) => `sentinel_client_registrations_total{outcome="${outcome}"}`;

/** The alerts for OAuth clients that cannot authenticate. */
export const clientAlerts: Record<string, Alert> = {
  SentinelClientAuthenticationFailing: {
    severity: "ticket",
    expr: `sum by (${installation}) (rate(sentinel_client_authentications_total{outcome!="accepted"}[5m])) > ` +
      `${limits.clientFailuresPerSecond}`,
    for: "10m",
    summary: "OAuth clients cannot authenticate",
    description: "{{ $value | humanize }} authentications of clients a second are refused: a secret is wrong or has " +
      "expired, a client is disabled, or an attacker guesses.",
    runbook: "client-authentication",
    fires: [{
      at: "20m",
      series: {
        'sentinel_client_authentications_total{outcome="expired"}': "0+12x30",
        'sentinel_client_authentications_total{outcome="accepted"}': "0+600x30",
      },
    }, {
      when: "a network guesses until it must wait",
      at: "20m",
      series: { 'sentinel_client_authentications_total{outcome="rate_limited"}': "0+60x30" },
    }],
    silent: [{
      when: "a few attempts fail, and many succeed",
      at: "20m",
      series: {
        'sentinel_client_authentications_total{outcome="wrong_secret"}': "0+2x30",
        'sentinel_client_authentications_total{outcome="accepted"}': "0+6000x30",
      },
    }],
  },
  SentinelClientKeysUnavailable: {
    severity: "ticket",
    expr: `max by (${installation}) (increase(sentinel_client_keys_fetches_total{outcome!="ok"}[1h])) > ` +
      `${limits.failedKeysFetches}
and
max by (${installation}) (
  increase(sentinel_client_authentications_total{outcome=~"keys_unavailable|wrong_assertion"}[1h])
) > ${limits.assertionsWithoutKeys}`,
    summary: "The keys of OAuth clients cannot be fetched, and assertions are refused",
    description:
      "{{ $value | humanize }} requests to the jwks_uri of clients failed within an hour, while assertions " +
      "were refused: clients with private_key_jwt cannot authenticate.",
    runbook: "client-keys",
    fires: [{
      when: "no keys were ever fetched",
      at: "40m",
      series: { [fetched("connect")]: "0+1x60", [authenticated("keys_unavailable")]: "0+1x60" },
    }, {
      when: "a client signs with a key that is newer than those known",
      at: "40m",
      series: { [fetched("http_status")]: "0+1x60", [authenticated("wrong_assertion")]: "0+1x60" },
    }],
    silent: [{
      when: "the keys fetched before count",
      at: "40m",
      series: { [fetched("timeout")]: "0+1x60", [authenticated("accepted")]: "0+1x60" },
    }, {
      when: "keys are fetched, and somebody guesses",
      at: "40m",
      series: { [fetched("ok")]: "0+1x60", [authenticated("wrong_assertion")]: "0+1x60" },
    }, {
      when: "an address was away for two minutes",
      at: "40m",
      series: { [fetched("connect")]: "0x10 2x60", [authenticated("keys_unavailable")]: "0x10 20x60" },
    }],
  },
  SentinelClientTokensRefused: refusals({
    counter: "sentinel_client_credentials_total",
    accepted: "issued",
    refused: "invalid_scope",
    summary: "Programs get no tokens of their own",
    description:
      "{{ $value | humanize }} authenticated requests a second for a token of the client's own are refused, " +
      "more than half of all: a client asks for a scope, an API or a grant type that it may not have.",
    runbook: "client-authentication",
  }),
  SentinelProofsRefused: refusals({
    counter: "sentinel_dpop_proofs_total",
    accepted: "accepted",
    refused: "invalid",
    summary: "Proofs of keys are refused",
    description:
      "{{ $value | humanize }} DPoP proofs a second are refused, more than half of all: a clock or an address " +
      "is wrong, or copied proofs are sent.",
    runbook: "proofs-refused",
    fires: [{
      when: "copied proofs are sent",
      at: "20m",
      series: { [proofs("replayed")]: "0+60x30", [proofs("accepted")]: "0+30x30" },
    }],
  }),
  SentinelClientDocumentsUnavailable: {
    severity: "ticket",
    expr: `${
      increase('sentinel_client_documents_total{outcome!~"fetched|rate_limited|busy"}', "1h")
    } > ${limits.failedDocuments}
and
${increase('sentinel_client_documents_total{outcome!~"fetched|rate_limited|busy"}', "1h")} > ${
      increase(documents("fetched"), "1h")
    }`,
    summary: "The documents of OAuth clients cannot be fetched",
    description:
      "{{ $value | humanize }} requests for documents in which clients describe themselves failed within an " +
      "hour, more than succeeded: users cannot sign in to these applications.",
    runbook: "client-documents",
    fires: [{
      when: "no server can be reached",
      at: "40m",
      series: { [documents("connect")]: "0+1x60", [documents("fetched")]: "0x60" },
    }],
    silent: [{
      when: "the server of one client is away",
      at: "40m",
      series: { [documents("timeout")]: "0+1x60", [documents("fetched")]: "0+2x60" },
    }, {
      when: "an address asks for too many",
      at: "40m",
      series: { [documents("rate_limited")]: "0+10x60", [documents("fetched")]: "0x60" },
    }],
  },
  SentinelClientRegistrationsFull: {
    severity: "ticket",
    expr: `${increase(registrations("full"), "1h")} > ${limits.fullRegistrations}`,
    summary: "No further clients can register themselves",
    description: "SENTINEL_CLIENT_REGISTRATION_MAX clients have registered themselves, and each of them is in use.",
    runbook: "client-registrations-full",
    fires: [{ at: "20m", series: { [registrations("full")]: "0x3 1x30" } }],
    silent: [{
      when: "clients register, and others are refused",
      at: "20m",
      series: {
        [registrations("full")]: "0x30",
        [registrations("registered")]: "0+5x30",
        [registrations("refused")]: "0+5x30",
      },
    }],
  },
};
