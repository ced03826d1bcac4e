import type { Alert } from "../alerts.ts";
import { limits } from "../objectives.ts";
import { increase, refusals, unfinished } from "./expressions.ts";

/**
 * What is wrong with the application, or with how it is registered; users who decline or must sign in are none of it.
 */
const misconfigured = "page_refused|invalid_request|invalid_scope|invalid_target|unsupported_response_type";

const device = (outcome: string) => `sentinel_device_grants_total{outcome="${outcome}"}`;

/** Alerts for applications that users sign in to. */
export const applicationAlerts: Record<string, Alert> = {
  SentinelApplicationSignInsRefused: refusals({
    counter: "sentinel_authorizations_total",
    accepted: "code",
    refused: "page_refused",
    part: `outcome=~"${misconfigured}"`,
    summary: "Users cannot sign in to an application",
    description: "{{ $value | humanize }} requests of applications a second are refused, more than half of all: an " +
      "application asks for what it is not registered for.",
    runbook: "application-sign-ins",
    silent: [{
      when: "as many users decline",
      at: "20m",
      series: {
        'sentinel_authorizations_total{outcome="page_refused"}': "0+30x30",
        'sentinel_authorizations_total{outcome="access_denied"}': "0+60x30",
      },
    }, {
      when: "a few requests are refused at night",
      at: "20m",
      series: { 'sentinel_authorizations_total{outcome="invalid_scope"}': "0+2x30" },
    }],
  }),
  SentinelCodeExchangesFailing: refusals({
    counter: "sentinel_code_exchanges_total",
    accepted: "issued",
    refused: "invalid_grant",
    summary: "An application cannot exchange its authorization codes",
    description: "{{ $value | humanize }} exchanges of codes a second are refused, more than half of all: an " +
      "application sends another redirect_uri or code_verifier than it began with, or is too late.",
    runbook: "application-sign-ins",
  }),
  SentinelCodeReuse: {
    severity: "ticket",
    expr: `${increase('sentinel_code_exchanges_total{outcome="reused"}', "5m")} > ${limits.codeReuses}`,
    summary: "An authorization code was used twice, and its session was revoked",
    description: "Either a code was stolen, or an application sends its code again.",
    runbook: "code-reuse",
    fires: [{ at: "5m", series: { 'sentinel_code_exchanges_total{outcome="reused"}': "0x3 1x10" } }],
    silent: [{
      when: "codes expire, and others are exchanged",
      at: "5m",
      series: {
        'sentinel_code_exchanges_total{outcome="reused"}': "0x10",
        'sentinel_code_exchanges_total{outcome="invalid_grant"}': "0+1x10",
        'sentinel_code_exchanges_total{outcome="issued"}': "0+60x10",
      },
    }],
  },
  SentinelPushedRequestsRefused: refusals({
    counter: "sentinel_pushed_requests_total",
    accepted: "accepted",
    refused: "refused",
    part: 'outcome="refused"',
    summary: "An application cannot push its authorization requests",
    description:
      "{{ $value | humanize }} pushed requests a second are refused, more than half of all: an application " +
      "asks for what it is not registered for, and its users cannot begin to sign in.",
    runbook: "application-sign-ins",
  }),
  SentinelDeviceSignInsFailing: {
    severity: "ticket",
    expr: unfinished(increase(device("started"), "1h"), increase(device("issued"), "1h"), {
      limit: limits.devicesStarted,
      share: limits.deviceShare,
    }),
    for: "15m",
    summary: "Sign-ins on devices are not finished",
    description:
      "Devices began {{ $value | humanize }} sign-ins in an hour, and fewer than a quarter of them got tokens.",
    runbook: "device-sign-ins",
    fires: [{
      at: "59m",
      series: { [device("started")]: "0+1x60", [device("issued")]: "0x20 1+0x40" },
    }, {
      when: "while no user approves",
      at: "59m",
      series: { [device("started")]: "0+1x60", [device("expired_token")]: "0+1x60" },
    }],
    silent: [{
      when: "half of the users finish",
      at: "59m",
      series: { [device("started")]: "0+2x60", [device("issued")]: "0+1x60" },
    }, { when: "few devices ask", at: "59m", series: { [device("started")]: "0x10 5x60" } }],
  },
};
