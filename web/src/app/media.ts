// Whether the screen is too narrow for list and chat side by side.
import { useSyncExternalStore } from "react";

const narrow = window.matchMedia("(max-width: 860px)");

export function useNarrowScreen(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      narrow.addEventListener("change", onChange);
      return () => narrow.removeEventListener("change", onChange);
    },
    () => narrow.matches,
  );
}
