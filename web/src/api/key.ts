// The API key of this tab: kept in the session's storage, asked for when the server wants one.

const STORAGE_KEY = "cloudlens.api-key";
type Listener = () => void;
const listeners = new Set<Listener>();

export function apiKey(): string | null {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function setApiKey(key: string): void {
  sessionStorage.setItem(STORAGE_KEY, key);
}

/** Calls `listener` whenever the server answers 401; gives back how to stop. */
export function onUnauthorized(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function reportUnauthorized(): void {
  for (const listener of listeners) listener();
}
