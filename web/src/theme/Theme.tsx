// Light, dark, or as the system says; remembered.
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";

export type ThemeChoice = "light" | "dark" | "system";

const STORAGE_KEY = "cloudlens.theme";
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");

interface ThemeState {
  choice: ThemeChoice;
  /** What is on the screen. */
  shown: "light" | "dark";
  setChoice: (choice: ThemeChoice) => void;
}

const ThemeContext = createContext<ThemeState>({ choice: "system", shown: "light", setChoice: () => {} });

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(initialChoice);
  const systemIsDark = useSyncExternalStore(subscribeToSystem, () => darkSystem.matches);
  useEffect(() => {
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  }, [choice]);
  const state = useMemo<ThemeState>(
    () => ({
      choice,
      shown: choice === "system" ? (systemIsDark ? "dark" : "light") : choice,
      setChoice: (next) => {
        remember(next);
        setChoice(next);
      },
    }),
    [choice, systemIsDark],
  );
  return <ThemeContext value={state}>{children}</ThemeContext>;
}

export function useTheme(): ThemeState {
  return useContext(ThemeContext);
}

function subscribeToSystem(onChange: () => void): () => void {
  darkSystem.addEventListener("change", onChange);
  return () => darkSystem.removeEventListener("change", onChange);
}

function initialChoice(): ThemeChoice {
  const attribute = document.documentElement.dataset.theme;
  return attribute === "light" || attribute === "dark" ? attribute : "system";
}

function remember(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page closes.
  }
}
