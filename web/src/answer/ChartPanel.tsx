// The answer's chart: title, a choice of currency where there are several, and the drawing, loaded when first needed.
import { Component, Suspense, lazy, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from "react";
import type { Chart, Table } from "../api/types";
import { useLanguage } from "../i18n/Language";
import { useTheme } from "../theme/Theme";
import { chartData, currenciesOf, withUnit } from "./chartData";
import { chartOption } from "./chartOption";
import styles from "./ChartPanel.module.css";
import { formatCount } from "./format";
import { readLook } from "./look";

const ChartCanvas = lazy(() => import("./ChartCanvas"));

export function ChartPanel({ chart: given, table }: { chart: Chart; table: Table }) {
  const { language, text } = useLanguage();
  const { shown: theme } = useTheme();
  const panel = useRef<HTMLElement>(null);
  const narrow = useNarrow(panel);
  const chart = useMemo(() => withUnit(given, table), [given, table]);
  const currencies = useMemo(() => currenciesOf(chart, table), [chart, table]);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = chosen ?? currencies[0] ?? null;

  const data = useMemo(
    () => chartData(chart, table, { blank: text.blank, other: text.chartOther }, currency),
    [chart, table, text, currency],
  );
  const option = useMemo(
    () => data && chartOption(chart, data, currency, readLook(theme, language, narrow, text.chartTotal)),
    [chart, data, currency, theme, language, narrow, text],
  );
  if (!data || !option || data.labels.length === 0) return null;

  const lying = !data.temporal && chart.kind !== "line";
  const legend = data.series.length > 1 ? 40 : 0;
  const perLabel = chart.kind === "bar" ? Math.max(32, 14 * data.series.length + 12) : 34;
  const height = lying ? Math.max(96, (legend > 0 ? 44 + legend : 16) + data.labels.length * perLabel) : narrow ? 240 : 300;
  return (
    <section ref={panel} data-testid="chart" className={styles.panel} aria-label={text.chart}>
      <header className={styles.head}>
        <h3>{chart.title}</h3>
        {currencies.length > 1 && (
          <div className={styles.currencies} role="group" aria-label={text.currencyShown}>
            {currencies.map((code) => (
              <button key={code} type="button" aria-pressed={code === currency} onClick={() => setChosen(code)}>
                {code}
              </button>
            ))}
          </div>
        )}
      </header>
      <LoadFailure message={text.chartFailed}>
        <Suspense fallback={<div className={styles.waiting} style={{ height }} />}>
          <ChartCanvas option={option} height={height} label={`${text.chart}: ${chart.title}`} />
        </Suspense>
      </LoadFailure>
      {data.labels.length < data.allLabels && (
        <p className={styles.note}>{text.chartTop(formatCount(data.labels.length), formatCount(data.allLabels))}</p>
      )}
    </section>
  );
}

/** Whether the panel is narrower than a tablet's column. */
function useNarrow(panel: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(() => window.innerWidth < 600);
  useEffect(() => {
    if (!panel.current) return;
    const observer = new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? 600) < 520));
    observer.observe(panel.current);
    return () => observer.disconnect();
  }, [panel]);
  return narrow;
}

/** A chart that cannot be loaded or drawn leaves the rest of the answer standing. */
class LoadFailure extends Component<{ message: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <p className={styles.note}>{this.props.message}</p> : this.props.children;
  }
}
