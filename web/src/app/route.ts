// Which conversation the address names: `#/c/<id>`, or a new one.
import { useSyncExternalStore } from "react";

export function useConversationRoute(): string | null {
  return useSyncExternalStore(subscribe, currentRoute);
}

export function showConversation(id: string | null, replace = false): void {
  const address = id === null ? "#/" : `#/c/${encodeURIComponent(id)}`;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  // Neither of the two tells anyone.
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

function currentRoute(): string | null {
  const match = /^#\/c\/([^/]+)$/.exec(location.hash);
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener("hashchange", onChange);
  window.addEventListener("popstate", onChange);
  return () => {
    window.removeEventListener("hashchange", onChange);
    window.removeEventListener("popstate", onChange);
  };
}
