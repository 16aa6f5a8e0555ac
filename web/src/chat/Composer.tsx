// Where a question is typed. Enter sends, except while an input method is composing.
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useText } from "../i18n/Language";
import { Icon } from "../ui/Icon";
import styles from "./Composer.module.css";

/** As `Question::MAX_BYTES` of the server. */
const MOST_BYTES = 8 * 1024;

export function Composer({ busy, onSend, onStop }: { busy: boolean; onSend: (question: string) => void; onStop: () => void }) {
  const text = useText();
  const [draft, setDraft] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const tooLong = new TextEncoder().encode(draft).length > MOST_BYTES;
  const ready = draft.trim() !== "" && !busy && !tooLong;

  useEffect(() => {
    // On a touch screen the focus would pull up the keyboard over the page.
    if (window.matchMedia("(pointer: fine)").matches) area.current?.focus();
  }, []);

  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [draft]);

  function send() {
    if (!ready) return;
    onSend(draft.trim());
    setDraft("");
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // 229 is what Safari reports for the Enter that ends a composition.
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.box}>
        <textarea
          ref={area}
          data-testid="composer"
          rows={1}
          value={draft}
          placeholder={text.composerPlaceholder}
          aria-label={text.composerLabel}
          aria-invalid={tooLong}
          aria-describedby="composer-hint"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <button type="button" data-testid="stop" className={styles.stop} aria-label={text.stop} title={text.stop} onClick={onStop}>
            <Icon name="stop" />
          </button>
        ) : (
          <button type="submit" data-testid="send" className={styles.send} aria-label={text.send} title={text.send} disabled={!ready}>
            <Icon name="up" />
          </button>
        )}
      </div>
      <p id="composer-hint" className={tooLong ? styles.tooLong : styles.hint} role={tooLong ? "alert" : undefined}>
        {tooLong ? text.tooLong : text.composerHint}
      </p>
    </form>
  );
}
