// Above the chat: show the list, the conversation's title, language and theme.
import { useLanguage } from "../i18n/Language";
import { useTheme, type ThemeChoice } from "../theme/Theme";
import { IconButton } from "../ui/Button";
import type { IconName } from "../ui/Icon";
import styles from "./App.module.css";

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: "light", light: "dark", dark: "system" };
const ICONS: Record<ThemeChoice, IconName> = { system: "screen", light: "sun", dark: "moon" };

export function TopBar({
  title,
  sidebarShown,
  onShowSidebar,
  onNew,
}: {
  title: string;
  sidebarShown: boolean;
  onShowSidebar: () => void;
  onNew: () => void;
}) {
  const { language, text, setLanguage } = useLanguage();
  const { choice, setChoice } = useTheme();
  const names: Record<ThemeChoice, string> = {
    light: text.themeLight,
    dark: text.themeDark,
    system: text.themeSystem,
  };
  return (
    <header className={styles.bar}>
      {!sidebarShown && (
        <span className={styles.barTools}>
          <IconButton icon="panel" label={text.showSidebar} data-testid="show-sidebar" onClick={onShowSidebar} />
          <IconButton icon="plus" label={text.newChat} onClick={onNew} />
        </span>
      )}
      {title === "" ? <span className={styles.title} /> : <h1 className={styles.title}>{title}</h1>}
      <span className={styles.barTools}>
        <IconButton
          icon="globe"
          label={text.switchLanguage}
          data-testid="language-switch"
          onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
        >
          {language === "zh" ? "EN" : "中"}
        </IconButton>
        <IconButton
          icon={ICONS[choice]}
          label={`${text.theme}: ${names[choice]}`}
          data-testid="theme-switch"
          data-theme-choice={choice}
          onClick={() => setChoice(NEXT[choice])}
        />
      </span>
    </header>
  );
}
