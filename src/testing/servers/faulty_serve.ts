import { serve } from "../../cli/serve/serve.ts";
import { configurationOf } from "../../cli/setup.ts";
import { processIo } from "../../cli/terminal/terminal.ts";
import { lengthenDeadlines } from "../../platform/deadlines.ts";
import { patience } from "../run/patience.ts";

/** `sentinel serve`, but once it is ready, errors occur that no code catches. */
lengthenDeadlines(patience);
const io = processIo();
const stopped = new Promise<string>((stop) => Deno.addSignalListener("SIGTERM", () => stop("SIGTERM")));
await serve(configurationOf(io), io, stopped, () => {
  setTimeout(() => {
    throw new Error("thrown in a timer");
  });
  queueMicrotask(() => {
    throw new Error("thrown in a microtask");
  });
  Promise.reject(new Error("rejected"));
  Promise.reject("rejected without an error");
  return Promise.resolve();
});
Deno.exit(0); // the listener would keep the process alive
