// Buttons with a text, and buttons that are only an icon.
import type { ButtonHTMLAttributes } from "react";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

type Attributes = ButtonHTMLAttributes<HTMLButtonElement>;

export function Button({ kind = "plain", className, ...rest }: Attributes & { kind?: "plain" | "primary" | "danger" }) {
  const look = kind === "plain" ? "" : styles[kind];
  return <button type="button" className={`${styles.button} ${look} ${className ?? ""}`} {...rest} />;
}

/** `label` is what a screen reader says and the tooltip shows; `children` stands beside the icon. */
export function IconButton({
  icon,
  label,
  size,
  children,
  className,
  ...rest
}: Attributes & { icon: IconName; label: string; size?: number }) {
  return (
    <button type="button" className={`${styles.icon} ${className ?? ""}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} size={size} />
      {children}
    </button>
  );
}
