import { describeApi } from "../../compose/features.ts";
import { command } from "../command.ts";
import { configOf } from "../setup.ts";

export const openapiCommand = command({
  name: "openapi",
  summary: "Print the OpenAPI document",
  about: "The same as GET /openapi.json under these settings. Opens no database.",
  run({ io }) {
    io.out(JSON.stringify(describeApi(configOf(io)), null, 2));
  },
});
