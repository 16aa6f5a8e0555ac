// The session of the conversation on the screen: the one under way in this tab, or made from what the server has stored.
import { useCallback, useEffect, useRef, useState } from "react";
import { getConversation } from "../api/endpoints";
import { messagesOf } from "../chat/message";
import { Session, type SessionEvents } from "../chat/session";
import { showConversation } from "./route";

export interface SessionState {
  /** None while it is read. */
  session: Session | null;
  error: unknown;
  reload: () => void;
  /** Forgets what this tab knows of a conversation. */
  forget: (id: string) => void;
  /** Begins a new conversation. */
  begin: () => void;
}

export function useSession(id: string | null, keyVersion: number, onChanged: () => void): SessionState {
  const known = useRef(new Map<string, Session>());
  const shown = useRef<Session | null>(null);
  const changed = useRef(onChanged);
  changed.current = onChanged;
  const [events] = useState<SessionEvents>(() => ({
    onCreated: (session) => {
      const created = session.conversationId;
      if (created === null) return;
      known.current.set(created, session);
      if (shown.current === session) showConversation(created, true);
      changed.current();
    },
    onTurn: () => changed.current(),
  }));

  const [draft, setDraft] = useState(() => new Session(null, [], events));
  const [loaded, setLoaded] = useState<Session | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  // A draft that was sent stays on the screen under its new id.
  const atHand = id === null ? (draft.conversationId === null ? draft : null) : (known.current.get(id) ?? null);
  const session = atHand ?? (loaded?.conversationId === id ? loaded : null);
  shown.current = session;

  useEffect(() => {
    if (id === null && draft.conversationId !== null) setDraft(new Session(null, [], events));
  }, [id, draft, events]);

  useEffect(() => {
    setError(null);
    if (id === null || known.current.has(id)) return;
    let gone = false;
    getConversation(id).then(
      (conversation) => {
        if (gone) return;
        const made = new Session(id, messagesOf(conversation), events);
        made.resume();
        known.current.set(id, made);
        setLoaded(made);
      },
      (caught: unknown) => !gone && setError(caught),
    );
    return () => {
      gone = true;
    };
  }, [id, attempt, keyVersion, events]);

  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const forget = useCallback((gone: string) => known.current.delete(gone), []);
  const begin = useCallback(() => setDraft(new Session(null, [], events)), [events]);
  return { session, error, reload, forget, begin };
}
