import { processIo } from "../../cli/terminal/terminal.ts";
import { run } from "../../main.ts";
import { lengthenDeadlines } from "../../platform/deadlines.ts";
import { patience } from "../run/patience.ts";

/** The binary with the lengthened deadlines of the test installations. */
lengthenDeadlines(patience);
Deno.exit(await run(Deno.args, processIo()));
