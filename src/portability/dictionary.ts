import { defineDictionary } from "../vocabulary/dictionary.ts";

const portabilityDictionary = defineDictionary({
  auditActions: {
    "data.exported": "Everything but sessions was exported for another installation.",
    "data.imported": "An export of another installation was imported.",
    "data.restored": "The database was restored from a backup. Changes made after the backup are lost.",
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    portability: typeof portabilityDictionary;
  }
}
