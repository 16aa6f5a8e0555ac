// A conversation on the screen: its turns, or the start page while there are none, and the composer.
import { useChat } from "@ai-sdk/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import type { ServiceStatus } from "../api/types";
import { useText } from "../i18n/Language";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { isBrokenStream, useErrorWords } from "../ui/errorWords";
import { Answer } from "./Answer";
import { Composer } from "./Composer";
import { LiveStatus } from "./LiveStatus";
import { Progress } from "./Progress";
import type { Session } from "./session";
import { StartPage } from "./StartPage";
import { Thread } from "./Thread";
import { Turn } from "./Turn";
import { turnsOf } from "./turns";

export interface ChatViewProps {
  session: Session;
  status: ServiceStatus | null;
  /** Grows with every key entered, so that what failed for want of one is tried again. */
  keyVersion: number;
  askForKey: () => void;
}

export function ChatView({ session, status: service, keyVersion, askForKey }: ChatViewProps) {
  const text = useText();
  const { messages, status, error, sendMessage, regenerate } = useChat({ chat: session.chat, throttle: 50 });
  const [stopped, setStopped] = useState(false);
  const busy = status === "submitted" || status === "streaming";
  const turns = turnsOf(messages);

  const ask = useCallback(
    (question: string) => {
      setStopped(false);
      void sendMessage({ text: question });
    },
    [sendMessage],
  );
  const retry = useCallback(async () => {
    setStopped(false);
    if (!(isBrokenStream(error) && (await session.recover()))) void regenerate();
  }, [regenerate, session, error]);
  const stop = useCallback(() => {
    setStopped(true);
    void session.stop();
  }, [session]);
  useRetryWithKey(keyVersion, error, retry);

  return (
    <>
      {turns.length === 0 ? (
        <StartPage status={service} keyVersion={keyVersion} ask={ask} />
      ) : (
        <Thread turns={turns.length} busy={busy} label={text.thread}>
          {turns.map((turn, index) => {
            const last = index === turns.length - 1;
            const running = last && busy;
            return (
              <Turn key={turn.id} question={turn.question} last={last}>
                {turn.answer && (
                  <Answer
                    question={turn.question}
                    message={turn.answer}
                    running={running}
                    busy={busy}
                    unfinished={last && error ? null : last && stopped ? text.stopped : text.unanswered}
                    ask={ask}
                    retry={last ? retry : ask}
                  />
                )}
                {!turn.answer && running && <Progress steps={[]} />}
                {last && error && <Failure error={error} retry={() => void retry()} askForKey={askForKey} />}
                {!turn.answer && !running && !(last && error) && (
                  <Notice
                    kind="plain"
                    title={last && stopped ? text.stopped : text.unanswered}
                    action={
                      <Button disabled={busy} onClick={() => void (last ? retry : ask)(turn.question)}>
                        {text.retry}
                      </Button>
                    }
                  />
                )}
              </Turn>
            );
          })}
        </Thread>
      )}
      <LiveStatus busy={busy} message={messages.at(-1)} />
      <Composer busy={busy} onSend={ask} onStop={stop} />
    </>
  );
}

function Failure({ error, retry, askForKey }: { error: Error; retry: () => void; askForKey: () => void }) {
  const text = useText();
  const { title, advice, unauthorized } = useErrorWords()(error);
  return (
    <Notice
      kind="bad"
      title={title}
      action={
        unauthorized ? (
          <Button kind="primary" onClick={askForKey}>
            {text.enterKey}
          </Button>
        ) : (
          <Button data-testid="retry" onClick={retry}>
            {text.retry}
          </Button>
        )
      }
    >
      {advice && <p>{advice}</p>}
    </Notice>
  );
}

function useRetryWithKey(keyVersion: number, error: Error | undefined, retry: () => Promise<void>) {
  const seen = useRef(keyVersion);
  useEffect(() => {
    if (seen.current === keyVersion) return;
    seen.current = keyVersion;
    if (error instanceof ApiError && error.status === 401) void retry();
  }, [keyVersion, error, retry]);
}
