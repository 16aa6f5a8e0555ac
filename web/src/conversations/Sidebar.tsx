// The left side: name of the product, new chat, and the conversations by day. On narrow screens it is a drawer.
import type { ServiceStatus } from "../api/types";
import { useText } from "../i18n/Language";
import { Button, IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Logo } from "../ui/Logo";
import { ConversationItem, type ItemActions } from "./ConversationItem";
import { groupByDay, type GroupName } from "./groups";
import styles from "./Sidebar.module.css";
import type { Conversations } from "./useConversations";

export function Sidebar({
  conversations,
  currentId,
  service,
  actions,
  onNew,
  onHide,
}: {
  conversations: Conversations;
  currentId: string | null;
  service: ServiceStatus | null;
  actions: ItemActions;
  onNew: () => void;
  onHide: () => void;
}) {
  const text = useText();
  const groupNames: Record<GroupName, string> = {
    today: text.groupToday,
    yesterday: text.groupYesterday,
    week: text.groupWeek,
    earlier: text.groupEarlier,
  };
  const { list, failed, refresh } = conversations;
  return (
    <nav className={styles.sidebar} aria-label={text.conversations}>
      <header className={styles.head}>
        <Logo />
        <IconButton icon="panel" label={text.hideSidebar} onClick={onHide} />
      </header>
      <button type="button" data-testid="new-chat" className={styles.new} onClick={onNew}>
        <Icon name="plus" />
        {text.newChat}
      </button>
      <div className={styles.list}>
        {failed && (
          <p className={styles.remark} role="alert">
            {text.listFailed} <Button onClick={refresh}>{text.retry}</Button>
          </p>
        )}
        {!failed && list?.length === 0 && <p className={styles.remark}>{text.noConversations}</p>}
        {groupByDay(list ?? [], new Date()).map((group) => (
          <section key={group.name} aria-label={groupNames[group.name]}>
            <h2>{groupNames[group.name]}</h2>
            {group.items.map((conversation) => (
              <ConversationItem
                key={conversation.id}
                conversation={conversation}
                current={conversation.id === currentId}
                actions={actions}
              />
            ))}
          </section>
        ))}
      </div>
      {service && <footer className={styles.foot}>{text.version(service.version)}</footer>}
    </nav>
  );
}
