// One way to the server: typed by its OpenAPI document, failures as errors.
import createClient from "openapi-fetch";
import type { paths } from "@/generated/api";
import { problemOf, ServerUnreachable } from "./problem";

let onSignedOut: () => void = () => undefined;

/** Who is told when the server no longer knows this session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerUnreachable(String(error));
  }
}

// Every change carries the header that no foreign page can send.
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  headers: { "X-Requested-With": "allo" },
  credentials: "same-origin",
  fetch: reach,
});

type Answer<T> = { data?: T | undefined; error?: unknown; response: Response };

/** The answer's content, or a `Problem`. */
export async function answerOf<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  if (
    response.status === 401 &&
    !new URL(response.url, location.origin).pathname.endsWith("/session")
  ) {
    onSignedOut();
  }
  throw problemOf(response, error);
}
