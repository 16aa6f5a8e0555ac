// One way to reach the server: adds the key, turns every failure into an `ApiError`.
import { apiKey, reportUnauthorized } from "./key";

const BASE = "/api/v1";

/** A request that failed. `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, code: string | null, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

export function apiUrl(path: string): string {
  return BASE + path;
}

/** `fetch` with the key, which throws an `ApiError` unless the answer is a success. */
export const apiFetch: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  const key = apiKey();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  // The language of the page decides the words of what goes wrong.
  headers.set("Accept-Language", document.documentElement.lang);
  let response: Response;
  try {
    response = await fetch(input, { ...init, headers });
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new ApiError(0, "unreachable", "the server cannot be reached");
  }
  if (response.ok) return response;
  if (response.status === 401) reportUnauthorized();
  throw await errorOf(response);
};

/** Sends JSON, reads JSON. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await apiFetch(apiUrl(path), {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

async function errorOf(response: Response): Promise<ApiError> {
  // A proxy in between that finds no server answers for it.
  if ([502, 503, 504].includes(response.status) && !isJson(response)) {
    return new ApiError(0, "unreachable", "the server cannot be reached");
  }
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  const error = record(record(body)?.error) ?? record(body);
  const code = typeof error?.code === "string" ? error.code : null;
  const said = [error?.message, error?.hint].filter((words) => typeof words === "string" && words !== "");
  return new ApiError(response.status, code, said.length > 0 ? said.join(" ") : `HTTP ${response.status}`);
}

function isJson(response: Response): boolean {
  return response.headers.get("Content-Type")?.includes("json") ?? false;
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}
