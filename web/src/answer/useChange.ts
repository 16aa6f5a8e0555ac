// A change request as the server has it now: read on sight, moved by decisions, followed while it executes.
import { useCallback, useEffect, useState } from "react";
import { decideChange, getChange, type Decision } from "../api/endpoints";
import type { ChangeRequest, ChangeStatus, ChangeSummary } from "../api/types";

const FOLLOW_EVERY_MS = 1000;
const FOLLOW_AT_MOST = 120;

export interface ChangeState {
  status: ChangeStatus;
  /** All that is known of it; none until the server was asked. */
  request: ChangeRequest | null;
  busy: boolean;
  error: unknown;
  decide: (decision: Decision) => Promise<void>;
}

export function useChange(summary: ChangeSummary): ChangeState {
  const [request, setRequest] = useState<ChangeRequest | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(0);
  const id = summary.id;
  const status = request?.status ?? summary.status;
  const moving = status === "approved" || status === "executing";

  useEffect(() => {
    let gone = false;
    // An old answer shows the status of then; what counts is the status of now. Without it the summary stands.
    getChange(id).then(
      (found) => !gone && setRequest(found),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [id]);

  useEffect(() => {
    if (!moving || asked >= FOLLOW_AT_MOST) return;
    const timer = setTimeout(() => {
      getChange(id)
        .then(setRequest, () => {})
        .finally(() => setAsked((count) => count + 1));
    }, FOLLOW_EVERY_MS);
    return () => clearTimeout(timer);
  }, [id, moving, asked]);

  const decide = useCallback(
    async (decision: Decision) => {
      setBusy(true);
      setError(null);
      try {
        setRequest(await decideChange(id, decision));
        setAsked(0);
      } catch (caught) {
        setError(caught);
        await getChange(id).then(setRequest, () => {});
      } finally {
        setBusy(false);
      }
    },
    [id],
  );

  return { status, request, busy, error, decide };
}
