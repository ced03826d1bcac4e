import { clockAsDependency, environmentOnlyInConfig, escapedMarkup, normalizeOnlyWhenBounded } from "./fences.ts";
import { districtImports } from "./districts.ts";
import { commentWidth, fileNames, fileSize, noClass, noDefaultExport, noEnum } from "./forms.ts";
import { honoOnlyAtTheWire, layerImports, noImportInRequests, pinnedNpm } from "./imports.ts";
import { sqlOnlyInStores, storeShape } from "./statements.ts";
import { tableOwners } from "./tables.ts";

/** The rules of the code as lint errors. */
export default {
  name: "sentinel",
  rules: {
    "district-imports": districtImports,
    "layer-imports": layerImports,
    "sql-only-in-stores": sqlOnlyInStores,
    "hono-only-at-the-wire": honoOnlyAtTheWire,
    "environment-only-in-config": environmentOnlyInConfig,
    "clock-as-dependency": clockAsDependency,
    "normalize-only-when-bounded": normalizeOnlyWhenBounded,
    "escaped-markup": escapedMarkup,
    "no-default-export": noDefaultExport,
    "no-enum": noEnum,
    "no-class": noClass,
    "no-import-in-requests": noImportInRequests,
    "store-shape": storeShape,
    "table-owners": tableOwners,
    "file-names": fileNames,
    "file-size": fileSize,
    "comment-width": commentWidth,
    "pinned-npm": pinnedNpm,
  },
} satisfies Deno.lint.Plugin;
