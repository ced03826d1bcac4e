import { freshlySignedIn, operation, page, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { OwnData } from "../../portability/own_data/own_data.ts";

const download = operation("GET /account/data", {
  operationId: "downloadData",
  tags: ["pages"],
  summary: "Download a copy of what is stored about you",
  ...freshlySignedIn,
  ...page("The file"),
  ...problems("not_found", "unavailable"),
});

/** `GET /account/data` */
export const dataRoute = resource([download], (app, { ownData }: { ownData: OwnData }) => {
  app.addPage(download, async ({ caller: { user } }) => ({
    kind: "download",
    name: "account.json",
    contentType: "application/json",
    body: JSON.stringify(await ownData.copyOf(user), null, 2),
  }));
});
