// A framed message: an error, a warning, or a plain remark, with what can be done about it.
import type { ReactNode } from "react";
import { Icon } from "./Icon";
import styles from "./Notice.module.css";

export function Notice({
  kind,
  title,
  children,
  action,
}: {
  kind: "bad" | "warn" | "plain";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === "bad" ? "alert" : undefined}>
      <Icon name="alert" />
      <div className={styles.body}>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}
