// What the server says of itself and its data.
import { useEffect, useState } from "react";
import { getStatus } from "../api/endpoints";
import type { ServiceStatus } from "../api/types";

export function useServiceStatus(keyVersion: number): { status: ServiceStatus | null; error: unknown; retry: () => void } {
  const [status, setStatus] = useState<ServiceStatus | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let gone = false;
    getStatus().then(
      (found) => {
        if (gone) return;
        setStatus(found);
        setError(null);
      },
      (caught: unknown) => !gone && setError(caught),
    );
    return () => {
      gone = true;
    };
  }, [keyVersion, attempt]);
  return { status, error, retry: () => setAttempt((count) => count + 1) };
}
