// The scrolling column of turns. A new question moves to the top, its answer fills the room beneath it.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../i18n/Language";
import { IconButton } from "../ui/Button";
import styles from "./Thread.module.css";

export function Thread({ turns, busy, label, children }: { turns: number; busy: boolean; label: string; children: ReactNode }) {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [endHidden, setEndHidden] = useState(false);
  const pinned = useRef(true);
  const unpin = () => {
    pinned.current = false;
  };

  useEffect(() => {
    pinned.current = true;
    showLastTurn(scroller.current);
  }, [turns]);

  // What is above grows as charts and changes load; until the person scrolls, the last question keeps its place.
  useEffect(() => {
    if (!column.current) return;
    const observer = new ResizeObserver(() => pinned.current && showLastTurn(scroller.current));
    observer.observe(column.current);
    return () => observer.disconnect();
  }, []);

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
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-busy={busy}
        aria-label={label}
        tabIndex={-1}
        onWheel={unpin}
        onTouchMove={unpin}
        onPointerDown={unpin}
        onKeyDown={unpin}
      >
        <div ref={column} className={styles.column}>
          {children}
          <div ref={end} />
        </div>
      </div>
      {endHidden && (
        <IconButton
          icon="down"
          label={text.toLatest}
          className={styles.jump}
          onClick={() => {
            unpin();
            scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" });
          }}
        />
      )}
    </div>
  );
}

function showLastTurn(scroller: HTMLElement | null): void {
  const last = [...(scroller?.querySelectorAll("[data-turn]") ?? [])].at(-1);
  if (!scroller || !last) return;
  scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}
