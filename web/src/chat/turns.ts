// Messages grouped into questions with their answers.
import { questionOf, type Message } from "./message";

export interface TurnMessages {
  id: string;
  question: string;
  /** The answer's message, once it began. */
  answer: Message | null;
}

export function turnsOf(messages: Message[]): TurnMessages[] {
  const turns: TurnMessages[] = [];
  for (const message of messages) {
    const current = turns.at(-1);
    if (message.role === "user") turns.push({ id: message.id, question: questionOf(message), answer: null });
    else if (current) current.answer = message;
  }
  return turns;
}
