// What a screen reader is told while an answer is made: the step, and then that it is there.
import { useEffect, useRef, useState } from "react";
import { useText } from "../i18n/Language";
import { viewOf, type Message } from "./message";
import { stepName } from "./Progress";

export function LiveStatus({ busy, message }: { busy: boolean; message: Message | undefined }) {
  const text = useText();
  const [done, setDone] = useState("");
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy && message?.role === "assistant") {
      // The first lines say the number; the rest can be read from the page.
      setDone(`${text.answerReady}: ${viewOf(message).text.slice(0, 300)}`);
    }
    wasBusy.current = busy;
  }, [busy, message, text]);

  const step = busy && message?.role === "assistant" ? viewOf(message).steps.at(-1) : undefined;
  return (
    <p className="visually-hidden" aria-live="polite">
      {busy ? (step ? stepName(step, text) : text.working) : done}
    </p>
  );
}
