// The theme's colours as ECharts wants them: resolved to plain values.
import type { Language } from "../i18n/Language";
import type { ChartLook } from "./chartOption";

/** Reads the colours of the theme on the screen; `theme` names it, so that callers ask again when it changes. */
export function readLook(theme: "light" | "dark", language: Language, narrow: boolean, total: string): ChartLook {
  const probe = document.createElement("span");
  probe.style.display = "none";
  probe.style.colorScheme = theme;
  document.body.append(probe);
  const color = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const look: ChartLook = {
    language,
    narrow,
    moves: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    total,
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((place) => color(`series-${place}`)),
    ink: color("ink-2"),
    muted: color("ink-3"),
    line: color("line"),
    surface: color("surface"),
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return look;
}
