// A conversation in the list: open, rename in place, delete after asking.
import { useState } from "react";
import type { ConversationSummary } from "../api/types";
import { useText } from "../i18n/Language";
import { Button, IconButton } from "../ui/Button";
import styles from "./Sidebar.module.css";

export interface ItemActions {
  open: (id: string) => void;
  rename: (id: string, title: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
}

type Mode = "plain" | "renaming" | "removing";

export function ConversationItem({
  conversation,
  current,
  actions,
}: {
  conversation: ConversationSummary;
  current: boolean;
  actions: ItemActions;
}) {
  const text = useText();
  const [mode, setMode] = useState<Mode>("plain");
  const title = conversation.title || text.untitled;

  if (mode === "renaming") {
    const done = (next: string | null) => {
      setMode("plain");
      if (next && next !== conversation.title) void actions.rename(conversation.id, next);
    };
    return <RenameForm title={conversation.title} onDone={done} />;
  }
  if (mode === "removing") {
    return (
      <div className={styles.asking} role="group" aria-label={text.removeConfirm}>
        <p>{text.removeConfirm}</p>
        <Button autoFocus onClick={() => setMode("plain")}>
          {text.cancel}
        </Button>
        <Button
          kind="danger"
          data-testid="confirm-delete"
          onClick={() => void actions.remove(conversation.id).catch(() => setMode("plain"))}
        >
          {text.remove}
        </Button>
      </div>
    );
  }
  return (
    <div className={`${styles.item} ${current ? styles.current : ""}`}>
      <a
        data-testid="conversation-item"
        href={`#/c/${encodeURIComponent(conversation.id)}`}
        aria-current={current ? "page" : undefined}
        title={title}
        onClick={() => actions.open(conversation.id)}
      >
        {title}
      </a>
      <span className={styles.itemTools}>
        <IconButton icon="pencil" size={15} label={text.rename} onClick={() => setMode("renaming")} />
        <IconButton icon="trash" size={15} label={text.remove} onClick={() => setMode("removing")} />
      </span>
    </div>
  );
}

function RenameForm({ title, onDone }: { title: string; onDone: (next: string | null) => void }) {
  const text = useText();
  const [draft, setDraft] = useState(title);
  return (
    <form
      className={styles.renaming}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(draft.trim() || null);
      }}
    >
      <input
        autoFocus
        value={draft}
        maxLength={120}
        aria-label={text.renameTitle}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => onDone(draft.trim() || null)}
        onKeyDown={(event) => event.key === "Escape" && onDone(null)}
      />
    </form>
  );
}
