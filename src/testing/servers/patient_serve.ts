import { processIo } from "../../cli/terminal.ts";
import { run } from "../../main.ts";
import { lengthenDeadlines } from "../../platform/deadlines.ts";
import { patience } from "../run/patience.ts";

/** The binary as a process of the suite, which waits for the database as long as the suite's own installations do. */
lengthenDeadlines(patience);
Deno.exit(await run(Deno.args, processIo()));
