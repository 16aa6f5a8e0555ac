// A button that copies a text and says so for a moment.
import { useEffect, useState } from "react";
import { useText } from "../i18n/Language";
import { IconButton } from "./Button";
import { copyText } from "./clipboard";

export function CopyButton({ content, label }: { content: () => string; label: string }) {
  const text = useText();
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 1600);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy() {
    setOutcome((await copyText(content())) ? "copied" : "failed");
  }
  const said = outcome === "copied" ? text.copied : outcome === "failed" ? text.copyFailed : null;
  return (
    <>
      <IconButton
        icon={outcome === "copied" ? "check" : outcome === "failed" ? "cross" : "copy"}
        label={said ?? label}
        onClick={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
