// Where the list stands: beside the chat, or over it as a drawer that takes the focus and gives it back.
import { useEffect, useRef, type ReactNode } from "react";
import styles from "./App.module.css";

export function SidebarFrame({ isDrawer, onHide, children }: { isDrawer: boolean; onHide: () => void; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const hide = useRef(onHide);
  useEffect(() => {
    hide.current = onHide;
  }, [onHide]);

  useEffect(() => {
    if (!isDrawer) return;
    const before = document.activeElement;
    frame.current?.querySelector("button")?.focus();
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && hide.current();
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isDrawer]);

  return (
    <>
      <div ref={frame} className={styles.side}>
        {children}
      </div>
      {isDrawer && <div className={styles.backdrop} onClick={onHide} />}
    </>
  );
}
