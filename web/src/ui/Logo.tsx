// The mark and the name: a lens over the columns of a bill.
import styles from "./Logo.module.css";

export function Logo() {
  return (
    <span className={styles.logo}>
      <svg aria-hidden="true" width="22" height="22" viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeLinecap="round">
        <circle cx="14" cy="14" r="10" strokeWidth="2.6" />
        <path d="M21.5 21.5l6.5 6.5" strokeWidth="3.4" />
        <path d="M9.8 17.6v-3M14 17.6v-7M18.2 17.6v-4.8" strokeWidth="2.4" />
      </svg>
      CloudLens
    </span>
  );
}
