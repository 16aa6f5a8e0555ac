// The list of conversations: read from the server, changed there and here.
import { useCallback, useEffect, useState } from "react";
import { deleteConversation, listConversations, renameConversation } from "../api/endpoints";
import type { ConversationSummary } from "../api/types";

export interface Conversations {
  /** None until they were read. */
  list: ConversationSummary[] | null;
  failed: boolean;
  refresh: () => void;
  rename: (id: string, title: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
}

export function useConversations(keyVersion: number): Conversations {
  const [list, setList] = useState<ConversationSummary[] | null>(null);
  const [failed, setFailed] = useState(false);

  const refresh = useCallback(() => {
    listConversations().then(
      (found) => {
        setList(found);
        setFailed(false);
      },
      () => setFailed(true),
    );
  }, []);
  useEffect(refresh, [refresh, keyVersion]);

  const rename = useCallback(
    async (id: string, title: string) => {
      setList((before) => before && before.map((one) => (one.id === id ? { ...one, title } : one)));
      await renameConversation(id, title).catch(() => setFailed(true));
      refresh();
    },
    [refresh],
  );
  const remove = useCallback(
    async (id: string) => {
      await deleteConversation(id);
      setList((before) => before && before.filter((one) => one.id !== id));
    },
    [],
  );
  return { list, failed, refresh, rename, remove };
}
