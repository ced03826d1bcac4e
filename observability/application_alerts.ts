import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";

/** What is wrong with the application, or with how it is registered; users who decline or must sign in are none of it. */
const misconfigured = "page_refused|invalid_request|invalid_scope|invalid_target|unsupported_response_type";

/** Alerts for applications that users sign in to. */
export const applicationAlerts: Record<string, Alert> = {
  SentinelApplicationSignInsRefused: {
    severity: "ticket",
    expr: share(`sentinel_authorizations_total{outcome=~"${misconfigured}"}`, "sentinel_authorizations_total"),
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
    expr: share('sentinel_code_exchanges_total{outcome!="issued"}', "sentinel_code_exchanges_total"),
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
};

/** The part a second, where it is above its limit and more than half of the whole. */
function share(part: string, whole: string): string {
  const rate = (series: string) => `sum by (${installation}) (rate(${series}[5m]))`;
  return `${rate(part)} > ${limits.refusedApplicationsPerSecond}
and
${rate(part)} > ${limits.refusedApplicationsShare} * ${rate(whole)}`;
}
