// The page: list on the left, conversation on the right, and what holds them together.
import { useCallback, useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { apiKey, onUnauthorized } from "../api/key";
import { ChatView } from "../chat/ChatView";
import { Sidebar } from "../conversations/Sidebar";
import { useConversations } from "../conversations/useConversations";
import { useText } from "../i18n/Language";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { useErrorWords } from "../ui/errorWords";
import styles from "./App.module.css";
import { KeyDialog } from "./KeyDialog";
import { showConversation, useConversationRoute } from "./route";
import { SidebarFrame } from "./SidebarFrame";
import { TopBar } from "./TopBar";
import { useServiceStatus } from "./useServiceStatus";
import { useSession } from "./useSession";
import { useSidebar } from "./useSidebar";

export function App() {
  const text = useText();
  const words = useErrorWords();
  const [keyVersion, setKeyVersion] = useState(apiKey() === null ? 0 : 1);
  const [askingForKey, setAskingForKey] = useState(false);
  const conversations = useConversations(keyVersion);
  const service = useServiceStatus(keyVersion);
  const currentId = useConversationRoute();
  const { session, error, reload, forget, begin } = useSession(currentId, keyVersion, conversations.refresh);
  const sidebar = useSidebar();
  const askForKey = useCallback(() => setAskingForKey(true), []);
  useEffect(() => onUnauthorized(askForKey), [askForKey]);

  const title = conversations.list?.find((one) => one.id === currentId)?.title ?? "";
  useEffect(() => {
    document.title = title === "" ? text.appName : `${title} · ${text.appName}`;
  }, [title, text]);

  function startNew() {
    begin();
    showConversation(null);
    sidebar.leave();
  }

  async function remove(id: string) {
    await conversations.remove(id);
    forget(id);
    if (id === currentId) startNew();
  }

  return (
    <div className={`${styles.app} ${sidebar.shown ? styles.withSidebar : ""}`}>
      {sidebar.shown && (
        <SidebarFrame isDrawer={sidebar.isDrawer} onHide={sidebar.hide}>
          <Sidebar
            conversations={conversations}
            currentId={currentId}
            service={service.status}
            actions={{ open: sidebar.leave, rename: conversations.rename, remove }}
            onNew={startNew}
            onHide={sidebar.hide}
          />
        </SidebarFrame>
      )}
      <main className={styles.main} inert={sidebar.isDrawer && sidebar.shown}>
        <TopBar title={title} sidebarShown={sidebar.shown && !sidebar.isDrawer} onShowSidebar={sidebar.show} onNew={startNew} />
        {service.error instanceof ApiError && service.error.status === 0 && (
          <div className={styles.banner}>
            <Notice kind="bad" title={text.errorUnreachable} action={<Button onClick={service.retry}>{text.retry}</Button>}>
              <p>{text.errorUnreachableAdvice}</p>
            </Notice>
          </div>
        )}
        {session ? (
          <ChatView
            key={session.key}
            session={session}
            status={service.status}
            keyVersion={keyVersion}
            askForKey={askForKey}
          />
        ) : error ? (
          <div className={styles.center}>
            <Notice
              kind="bad"
              title={error instanceof ApiError && error.status === 404 ? text.conversationMissing : words(error).title}
              action={
                error instanceof ApiError && error.status === 404 ? (
                  <Button onClick={startNew}>{text.newChat}</Button>
                ) : (
                  <Button onClick={reload}>{text.retry}</Button>
                )
              }
            />
          </div>
        ) : (
          <p className={styles.center} role="status">
            {text.loading}…
          </p>
        )}
      </main>
      {askingForKey && (
        <KeyDialog
          onDone={() => {
            setAskingForKey(false);
            setKeyVersion((version) => version + 1);
          }}
          onClose={() => setAskingForKey(false)}
        />
      )}
    </div>
  );
}
