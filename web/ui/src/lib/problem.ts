// What went wrong with a request, told by the server (RFC 9457) or by the network.

/** The server answered, and the answer is no. `code` is stable; `body` is the whole document. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly body: Readonly<Record<string, unknown>> = {},
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(typeof body.detail === "string" ? body.detail : code);
  }
}

/** Nobody answered: the server is down or the network is gone. */
export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";
}

export const isConflict = (error: unknown): error is Problem =>
  error instanceof Problem && error.status === 409 && error.code === "conflict";

/** The queue of a call wants to know what came of the talk before it is put aside. */
export const isResultMissing = (error: unknown): boolean =>
  error instanceof Problem && error.body.reason === "result_required";

/** Worth trying again by itself: the network, a restart, an overload. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ServerUnreachable ||
  (error instanceof Problem && (error.status >= 500 || error.status === 429));

/** The server is away or starting, as opposed to broken: the same request may well succeed soon. */
export const isAway = (error: unknown): boolean =>
  error instanceof ServerUnreachable ||
  (error instanceof Problem && error.status >= 502 && error.status <= 504);

/** Read the failed answer. What is no problem document, such as a proxy's page, keeps its status. */
export function problemOf(response: Response, content: unknown): Problem {
  const body = content && typeof content === "object" ? (content as Record<string, unknown>) : {};
  const code = typeof body.code === "string" ? body.code : `http_${response.status}`;
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new Problem(response.status, code, body, retryAfter > 0 ? retryAfter : null);
}
