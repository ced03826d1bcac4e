import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";
import { inAnHour, refusedShare } from "./refused_share.ts";

/**
 * What is wrong with the application, or with how it is registered; users who decline or must sign in are none of it.
 */
const misconfigured = "page_refused|invalid_request|invalid_scope|invalid_target|unsupported_response_type";

const pushed = (outcome: string) => `sentinel_pushed_requests_total{outcome="${outcome}"}`;
const device = (outcome: string) => `sentinel_device_grants_total{outcome="${outcome}"}`;

/** Alerts for applications that users sign in to. */
export const applicationAlerts: Record<string, Alert> = {
  SentinelApplicationSignInsRefused: {
    severity: "ticket",
    expr: refusedShare(`sentinel_authorizations_total{outcome=~"${misconfigured}"}`, "sentinel_authorizations_total"),
    for: "10m",
    summary: "Users cannot sign in to an application",
    description: "{{ $value | humanize }} requests of applications a second are refused, more than half of all: an " +
      "application asks for what it is not registered for.",
    runbook: "application-sign-ins",
    fires: [{
      at: "20m",
      series: {
        'sentinel_authorizations_total{outcome="page_refused"}': "0+30x30",
        'sentinel_authorizations_total{outcome="code"}': "0+20x30",
      },
    }],
    silent: [{
      when: "most users sign in, or decline",
      at: "20m",
      series: {
        'sentinel_authorizations_total{outcome="page_refused"}': "0+30x30",
        'sentinel_authorizations_total{outcome="code"}': "0+60x30",
        'sentinel_authorizations_total{outcome="access_denied"}': "0+60x30",
      },
    }, {
      when: "a few requests are refused at night",
      at: "20m",
      series: { 'sentinel_authorizations_total{outcome="invalid_scope"}': "0+2x30" },
    }],
  },
  SentinelCodeExchangesFailing: {
    severity: "ticket",
    expr: refusedShare('sentinel_code_exchanges_total{outcome!="issued"}', "sentinel_code_exchanges_total"),
    for: "10m",
    summary: "An application cannot exchange its authorization codes",
    description: "{{ $value | humanize }} exchanges of codes a second are refused, more than half of all: an " +
      "application sends another redirect_uri or code_verifier than it began with, or is too late.",
    runbook: "application-sign-ins",
    fires: [{
      at: "20m",
      series: {
        'sentinel_code_exchanges_total{outcome="invalid_grant"}': "0+30x30",
        'sentinel_code_exchanges_total{outcome="issued"}': "0+20x30",
      },
    }],
    silent: [{
      when: "most of them succeed",
      at: "20m",
      series: {
        'sentinel_code_exchanges_total{outcome="invalid_grant"}': "0+30x30",
        'sentinel_code_exchanges_total{outcome="issued"}': "0+60x30",
      },
    }],
  },
  SentinelCodeReuse: {
    severity: "ticket",
    expr:
      `sum by (${installation}) (increase(sentinel_code_exchanges_total{outcome="reused"}[5m])) > ${limits.codeReuses}`,
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
  SentinelPushedRequestsRefused: {
    severity: "ticket",
    expr: refusedShare('sentinel_pushed_requests_total{outcome="refused"}', "sentinel_pushed_requests_total"),
    for: "10m",
    summary: "An application cannot push its authorization requests",
    description:
      "{{ $value | humanize }} pushed requests a second are refused, more than half of all: an application " +
      "asks for what it is not registered for, and its users cannot begin to sign in.",
    runbook: "application-sign-ins",
    fires: [{ at: "20m", series: { [pushed("refused")]: "0+30x30", [pushed("accepted")]: "0+20x30" } }],
    silent: [{
      when: "most of them are accepted",
      at: "20m",
      series: { [pushed("refused")]: "0+30x30", [pushed("accepted")]: "0+60x30" },
    }],
  },
  SentinelDeviceSignInsFailing: {
    severity: "ticket",
    expr: `${inAnHour(device("started"))} > ${limits.devicesStarted}
unless
${inAnHour(device("issued"))} > ${limits.deviceShare} * ${inAnHour(device("started"))}`,
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
