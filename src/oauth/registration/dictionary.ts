import { outboundErrorClasses } from "../../platform/outbound.ts";
import { defineDictionary } from "../../vocabulary/dictionary.ts";

const registrationDictionary = defineDictionary({
  problems: {
    invalid_redirect_uri: {
      status: 400,
      oauth: "invalid_redirect_uri",
      title: "Redirect URI not allowed",
      about: "A `redirect_uris` of the registration is missing, or none that its client may have (RFC 7591 §3.2.2).",
    },
    invalid_client_metadata: {
      status: 400,
      oauth: "invalid_client_metadata",
      title: "Client metadata not allowed",
      about: "A member of the registration cannot be granted (RFC 7591 §3.2.2).",
    },
    too_many_clients: {
      status: 503,
      title: "Too many registered clients",
      about: "`SENTINEL_CLIENT_REGISTRATION_MAX` clients have registered themselves, and each of them is in use.",
      headers: { "retry-after": "3600" },
    },
  },
  permissions: {
    "clients:register": "Register OAuth clients at POST /oauth/register, which get only what such clients may have",
  },
  metrics: {
    sentinel_client_registrations_total: {
      kind: "counter",
      help:
        "Requests of clients to register themselves, by outcome; full means that too many clients have registered, none " +
        "of which makes room for another.",
      labels: { outcome: ["registered", "refused", "unauthorized", "rate_limited", "full"] },
    },
    sentinel_client_documents_total: {
      kind: "counter",
      help:
        "Requests for the documents in which clients describe themselves, by outcome; invalid means that what was " +
        "fetched describes no client, busy that too many were under way, and the others say why nothing was fetched.",
      labels: {
        outcome: [
          "fetched",
          "invalid",
          "rate_limited",
          "busy",
          ...outboundErrorClasses,
        ],
      },
    },
  },
});

declare module "../../vocabulary/dictionary.ts" {
  interface Dictionaries {
    clientRegistration: typeof registrationDictionary;
  }
}
