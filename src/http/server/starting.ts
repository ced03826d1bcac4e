import { Problem } from "../../vocabulary/problems.ts";
import { jsonAnswer, problemAnswer } from "../request/answer.ts";
import { createRequestContext } from "../request/request_context.ts";
import type { Handler } from "./handler.ts";
import { pathOf } from "../request/target.ts";

/** Answers while the server waits for the database: it is alive, but not ready. */
export const starting: Handler = (request, info) => {
  const call = createRequestContext(request, info, []);
  const path = pathOf(request.url);
  if (path === "/livez" && (request.method === "GET" || request.method === "HEAD")) {
    return jsonAnswer(call, { status: "alive" });
  }
  return problemAnswer(call, path, new Problem("unavailable", { detail: "Sentinel is starting." }));
};
