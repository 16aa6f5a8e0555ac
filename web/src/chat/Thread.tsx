// The scrolling column of turns. A new question moves to the top, its answer fills the room beneath it.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../i18n/Language";
import { IconButton } from "../ui/Button";
import styles from "./Thread.module.css";

export function Thread({ turns, busy, label, children }: { turns: number; busy: boolean; label: string; children: ReactNode }) {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const shownBefore = useRef(0);
  const [endHidden, setEndHidden] = useState(false);

  useEffect(() => {
    const root = scroller.current;
    const last = root?.querySelector("article:last-of-type");
    if (root && last) {
      const top = root.scrollTop + last.getBoundingClientRect().top - root.getBoundingClientRect().top;
      root.scrollTo({ top, behavior: shownBefore.current === 0 ? "instant" : "smooth" });
    }
    shownBefore.current = turns;
  }, [turns]);

  useEffect(() => {
    const root = scroller.current;
    if (!root || !end.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => setEndHidden(entry ? !entry.isIntersecting && entry.boundingClientRect.top > 0 : false),
      { root, rootMargin: "0px 0px 60px 0px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);

  return (
    <div className={styles.frame}>
      <div ref={scroller} className={styles.scroller} role="log" aria-live="off" aria-busy={busy} aria-label={label} tabIndex={-1}>
        <div className={styles.column}>
          {children}
          <div ref={end} />
        </div>
      </div>
      {endHidden && (
        <IconButton
          icon="down"
          label={text.toLatest}
          className={styles.jump}
          onClick={() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" })}
        />
      )}
    </div>
  );
}
