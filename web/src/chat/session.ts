// A conversation under way: the chat state and how its turns reach the server. It lives on while another one is shown.
import { Chat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { apiFetch, apiUrl } from "../api/client";
import { cancelRun, createConversation, getConversation } from "../api/endpoints";
import { messagesOf, questionOf, type Message } from "./message";

/** What the page does when a session gets its id on the server, or ends a turn. */
export interface SessionEvents {
  onCreated: (session: Session) => void;
  onTurn: (session: Session) => void;
}

const TITLE_LENGTH = 60;
let sessions = 0;

export class Session {
  /** Unique in this tab; the id on the server comes later. */
  readonly key = `session-${++sessions}`;
  readonly chat: Chat<Message>;
  /** None until the first question was sent. */
  conversationId: string | null;

  constructor(conversationId: string | null, messages: Message[], events: SessionEvents) {
    this.conversationId = conversationId;
    const transport = new DefaultChatTransport<Message>({
      api: apiUrl("/chat"),
      fetch: apiFetch,
      prepareReconnectToStreamRequest: () => ({
        api: apiUrl(`/chat/${encodeURIComponent(this.conversationId ?? "")}/stream`),
      }),
      prepareSendMessagesRequest: async ({ id, messages: all, trigger }) => {
        const last = all.findLast((message) => message.role === "user");
        const question = last ? questionOf(last) : "";
        if (this.conversationId === null) {
          this.conversationId = await createConversation(titleOf(question));
          events.onCreated(this);
        }
        return {
          body: {
            id,
            trigger,
            messages: last ? [last] : [],
            conversation_id: this.conversationId,
            time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          },
        };
      },
    });
    this.chat = new Chat<Message>({ messages, transport, onFinish: () => events.onTurn(this), onError: () => {} });
  }

  /** Takes up the turn that the server is still making, when the last question has no answer yet. */
  resume(): void {
    if (this.chat.messages.at(-1)?.role === "user") void this.chat.resumeStream();
  }

  /** After a broken stream: shows what the server made of the last question meanwhile. False when it knows nothing of it. */
  async recover(): Promise<boolean> {
    const asked = this.chat.messages.findLast((message) => message.role === "user");
    if (this.conversationId === null || !asked) return false;
    const stored = await getConversation(this.conversationId).catch(() => null);
    const last = stored?.messages.at(-1);
    if (!stored || last?.question.trim() !== questionOf(asked).trim()) return false;
    this.chat.clearError();
    this.chat.messages = messagesOf(stored);
    this.resume();
    return true;
  }

  /** Stops the turn here and on the server; the answer's message has the run's id. */
  async stop(): Promise<void> {
    const last = this.chat.messages.at(-1);
    await Promise.allSettled([
      last?.role === "assistant" ? cancelRun(last.id) : Promise.resolve(),
      this.chat.stop(),
    ]);
  }
}

function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, " ");
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH)}…` : line;
}
