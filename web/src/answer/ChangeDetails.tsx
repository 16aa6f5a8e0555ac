// The rest of a change request: why, who, the dry run, and why it failed.
import type { ChangeRequest } from "../api/types";
import { useLanguage } from "../i18n/Language";
import { Icon } from "../ui/Icon";
import { dryRunLines } from "./dryRun";
import fold from "./Fold.module.css";
import { formatInstant } from "./format";

export function ChangeDetails({ request }: { request: ChangeRequest }) {
  const { language, text } = useLanguage();
  const { action } = request;
  const target = action.instance_type ?? (action.key ? `${action.key} = ${action.value ?? ""}` : null);
  const dryRun = dryRunLines(request.dry_run, language);
  const entries: [string, string | null][] = [
    [text.changeReason, request.reason],
    [text.changeTarget, target],
    [text.changeAccounts, request.accounts.join(text.listSeparator)],
    [text.changeProposedBy, request.proposed_by],
    [text.changeDecidedBy, request.decided_by],
    [text.changeUpdatedAt, formatInstant(request.updated_at)],
    [text.changeFailure, request.failure],
  ];
  return (
    <details className={fold.fold} open={request.failure !== null}>
      <summary>
        <Icon name="chevron" size={14} />
        <span className={fold.name}>{text.details}</span>
        <span className={fold.line}>{request.reason}</span>
      </summary>
      <dl className={fold.list}>
        {entries
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} style={{ display: "contents" }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        {dryRun.length > 0 && (
          <>
            <dt>{text.changeDryRun}</dt>
            <dd>
              {dryRun.map((line, index) => (
                <p key={index}>{line}</p>
              ))}
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}
