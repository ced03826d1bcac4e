import type { Principal } from "../../vocabulary/actor.ts";
import type { Decisions, Question } from "./decisions.ts";

type PageAsked = { token?: string | undefined; limit?: number | undefined };

type SubjectSearch = {
  subject: { type: string };
  action: Question["action"];
  resource: Question["resource"];
  page?: PageAsked | undefined;
};

type ActionSearch = { subject: Question["subject"]; resource: Question["resource"]; page?: PageAsked | undefined };

/** Results, and the token of the next page, which is empty on the last page. */
type Found<Result> = { results: Result[]; page: { next_token: string } };

type Fetch = (after: string | null, limit: number) => Promise<string[]>;

/** Reads a page of keys. A page token is valid for one `list` only. */
type Pages = {
  read(
    list: string,
    query: { page_size?: number | undefined; page_token?: string | undefined },
    fetch: Fetch,
    keyOf: (key: string) => string,
  ): Promise<{ items: string[]; next_page_token?: string }>;
};

const resultsMax = 200;

export type Searches = ReturnType<typeof createSearches>;

/** Searches as AuthZEN 1.0 defines them. */
export function createSearches({ decisions, pages }: { decisions: Decisions; pages: Pages }) {
  return { searchSubjects, searchActions };

  /** Active users in the order of their ids. */
  async function searchSubjects(
    { subject, action, resource, page = {} }: SubjectSearch,
  ): Promise<Found<{ type: "user"; id: string }>> {
    if (subject.type !== "user") return { results: [], page: { next_token: "" } };
    const list = nameList("subjects", page, action.name, resource.type, resource.id);
    const fetch: Fetch = (after, limit) => decisions.findHolders({ action, resource }, after, limit);
    return await readPage(list, page, fetch, (id) => ({ type: "user", id }));
  }

  /** Actions in the order of their names. @throws {Problem} `forbidden` */
  async function searchActions({ subject, resource, page = {} }: ActionSearch, caller: Principal) {
    const asker = await decisions.requireMayAsk(caller, [subject]);
    const all = await decisions.findActions(subject, resource.type, asker);
    const list = nameList("actions", page, subject.id, resource.type, resource.id);
    const fetch: Fetch = (after, limit) =>
      Promise.resolve(all.filter((name) => after === null || name > after).slice(0, limit));
    return await readPage(list, page, fetch, (name) => ({ name }));
  }

  /** An empty token asks for the first page. The page after an empty one starts at the same place. */
  async function readPage<Result>(
    list: string,
    { token = "", limit }: PageAsked,
    fetch: Fetch,
    resultOf: (key: string) => Result,
  ): Promise<Found<Result>> {
    if (limit === 0) return { results: [], page: { next_token: token } };
    const query = { page_token: token || undefined, page_size: limit && Math.min(limit, resultsMax) };
    const { items, next_page_token = "" } = await pages.read(list, query, fetch, (key) => key);
    return { results: items.map(resultOf), page: { next_token: next_page_token } };
  }
}

/** The search that a page token belongs to: the same question, with the same page size. */
function nameList(kind: string, { limit }: PageAsked, ...asked: string[]): string {
  return `${kind} ${JSON.stringify([...asked, limit])}`;
}
