// One line on what the answers stand on: how many charges, complete to when, which model.
import { formatCount } from "../answer/format";
import type { ServiceStatus } from "../api/types";
import { useText } from "../i18n/Language";
import styles from "./StartPage.module.css";

export function DataStatus({ status }: { status: ServiceStatus }) {
  const text = useText();
  const said = [
    status.data.cost_rows > 0 && text.dataRows(formatCount(status.data.cost_rows)),
    status.data.complete_to && text.dataCompleteTo(status.data.complete_to),
    status.model ? text.modelName(status.model) : text.modelNone,
  ].filter((part): part is string => Boolean(part));
  return (
    <ul className={styles.status} data-testid="data-status">
      {said.map((part) => (
        <li key={part}>{part}</li>
      ))}
    </ul>
  );
}
