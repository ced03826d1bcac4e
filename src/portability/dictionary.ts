import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const portabilityDictionary = defineDictionary({
  auditActions: {
    "data.exported": "Everything but sessions was exported for another installation.",
    "data.imported": "An export of another installation was imported.",
    "data.restored": "The database was restored from a backup. Changes made after the backup are lost.",
  },
  settings: {
    SENTINEL_IMPORT_HASH_MS_MAX: {
      about:
        "Milliseconds that verifying an imported password hash may take on the machine that imports; slower ones are " +
        "refused, as every refused login takes as long as the slowest stored hash",
      schema: s.integer(1, 60_000),
      default: "5000",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    portability: typeof portabilityDictionary;
  }
}
