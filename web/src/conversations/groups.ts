// Conversations under the day they were last used.
import type { ConversationSummary } from "../api/types";

export type GroupName = "today" | "yesterday" | "week" | "earlier";

export interface Group {
  name: GroupName;
  items: ConversationSummary[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Newest first within each group; groups without conversations are left out. */
export function groupByDay(conversations: ConversationSummary[], now: Date): Group[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups: Group[] = (["today", "yesterday", "week", "earlier"] as const).map((name) => ({ name, items: [] }));
  const sorted = [...conversations].sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
  for (const conversation of sorted) {
    const age = midnight - Date.parse(conversation.updated_at);
    const place = age <= 0 ? 0 : age <= DAY_MS ? 1 : age <= 7 * DAY_MS ? 2 : 3;
    groups[place]?.items.push(conversation);
  }
  return groups.filter((group) => group.items.length > 0);
}
