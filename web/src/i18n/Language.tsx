// Which language the page speaks: the browser's unless the person chose one, remembered.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { en } from "./en";
import { zh, type Dictionary } from "./zh";

export type Language = "zh" | "en";

const STORAGE_KEY = "cloudlens.language";
const DICTIONARIES: Record<Language, Dictionary> = { zh, en };

interface LanguageState {
  language: Language;
  text: Dictionary;
  setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState>({ language: "en", text: en, setLanguage: () => {} });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const state = useMemo<LanguageState>(
    () => ({
      language,
      text: DICTIONARIES[language],
      setLanguage: (next) => {
        remember(next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={state}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  return useContext(LanguageContext);
}

/** The texts of the language in force. */
export function useText(): Dictionary {
  return useContext(LanguageContext).text;
}

function initialLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORAGE_KEY);
  } catch {
    // Storage may be forbidden; the browser's language then decides.
  }
  return (stored ?? navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page closes.
  }
}
