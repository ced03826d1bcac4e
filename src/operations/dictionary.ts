import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const operationsDictionary = defineDictionary({
  permissions: {
    "system:read": "See the settings, the mail, the signing keys, the jobs and the replicas of the server",
    "system:write": "Rotate and retire signing keys, and send mail again",
  },
  settings: {
    SENTINEL_METRICS_TOKEN: {
      about: "Bearer token that `GET /metrics` requires, 16 characters or more (RFC 6750 §2.1)",
      schema: s.matching(/^[A-Za-z0-9._~+/-]{16,}=*$/, "must be 16 or more of A-Z a-z 0-9 . _ ~ + / - (RFC 6750 §2.1)"),
      otherwise: "open",
      secret: true,
    },
    SENTINEL_DOCS: {
      about: "Whether `GET /docs` and `GET /openapi.json` are served: `on` or `off`",
      schema: s.onOff,
      default: "on",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    operations: typeof operationsDictionary;
  }
}
