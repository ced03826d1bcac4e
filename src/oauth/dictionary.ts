import { defineDictionary } from "../vocabulary/dictionary.ts";

const oauthDictionary = defineDictionary({
  problems: {
    unsupported_grant_type: {
      status: 400,
      oauth: "unsupported_grant_type",
      title: "Unsupported grant type",
      about: "The token endpoint supports the grant types `password` and `refresh_token` (RFC 6749 §5.2).",
    },
    invalid_scope: {
      status: 400,
      oauth: "invalid_scope",
      title: "Invalid scope",
      about: "The request asks for more than the scope of the session (RFC 6749 §6).",
    },
  },
  permissions: {
    "tokens:introspect": "Ask whether a token is valid, and what it stands for (RFC 7662)",
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    oauth: typeof oauthDictionary;
  }
}
