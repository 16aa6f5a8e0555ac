// Whether the list is shown: remembered on wide screens, a drawer that closes itself on narrow ones.
import { useCallback, useState } from "react";
import { useNarrowScreen } from "./media";

const STORAGE_KEY = "cloudlens.sidebar";

export interface SidebarState {
  shown: boolean;
  isDrawer: boolean;
  show: () => void;
  hide: () => void;
  /** What a choice in the list does: closes the drawer, leaves a fixed list alone. */
  leave: () => void;
}

export function useSidebar(): SidebarState {
  const isDrawer = useNarrowScreen();
  const [fixed, setFixed] = useState(initiallyShown);
  const [drawer, setDrawer] = useState(false);
  const set = useCallback(
    (shown: boolean) => {
      if (isDrawer) setDrawer(shown);
      else {
        setFixed(shown);
        remember(shown);
      }
    },
    [isDrawer],
  );
  return {
    shown: isDrawer ? drawer : fixed,
    isDrawer,
    show: () => set(true),
    hide: () => set(false),
    leave: () => setDrawer(false),
  };
}

function initiallyShown(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== "hidden";
  } catch {
    return true;
  }
}

function remember(shown: boolean): void {
  try {
    localStorage.setItem(STORAGE_KEY, shown ? "shown" : "hidden");
  } catch {
    // Storage may be forbidden; the choice then lasts until the page closes.
  }
}
