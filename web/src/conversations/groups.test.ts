// Conversations by day.
import { expect, test } from "vitest";
import { groupByDay } from "./groups";

test("conversations stand under the day they were last used, newest first", () => {
  const at = (id: string, updated: Date) => ({ id, title: id, updated_at: updated.toISOString() });
  const now = new Date(2026, 10, 21, 15, 0);
  const groups = groupByDay(
    [
      at("old", new Date(2026, 9, 1)),
      at("morning", new Date(2026, 10, 21, 0, 5)),
      at("noon", new Date(2026, 10, 21, 12, 0)),
      at("last night", new Date(2026, 10, 20, 23, 55)),
      at("monday", new Date(2026, 10, 16)),
    ],
    now,
  );
  expect(groups.map((group) => [group.name, group.items.map((item) => item.id)])).toEqual([
    ["today", ["noon", "morning"]],
    ["yesterday", ["last night"]],
    ["week", ["monday"]],
    ["earlier", ["old"]],
  ]);
});
