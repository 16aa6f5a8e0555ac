// Asks for the API key, once a tab; a key that the server does not know is refused right here.
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { getStatus, listConversations } from "../api/endpoints";
import { setApiKey } from "../api/key";
import { useText } from "../i18n/Language";
import { Button } from "../ui/Button";
import { useErrorWords } from "../ui/errorWords";
import styles from "./KeyDialog.module.css";

export function KeyDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const text = useText();
  const words = useErrorWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  async function submit() {
    setBusy(true);
    setProblem(null);
    setApiKey(key.trim());
    try {
      await Promise.all([getStatus(), listConversations()]);
      onDone();
    } catch (caught) {
      setProblem(caught instanceof ApiError && caught.status === 401 ? text.keyWrong : words(caught).title);
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="key-title" onCancel={onClose} data-testid="key-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== "") void submit();
        }}
      >
        <h2 id="key-title">{text.keyTitle}</h2>
        <p>{text.keyLead}</p>
        <input
          type="password"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={key}
          aria-label={text.keyLabel}
          placeholder={text.keyLabel}
          onChange={(event) => setKey(event.target.value)}
        />
        {problem && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" kind="primary" disabled={busy || key.trim() === ""}>
            {text.keySubmit}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
