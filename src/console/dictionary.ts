import { defineDictionary } from "../vocabulary/dictionary.ts";

const consoleDictionary = defineDictionary({
  permissions: { "console:enter": "Open the administrators' console" },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    console: typeof consoleDictionary;
  }
}
