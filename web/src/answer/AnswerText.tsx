// The answer's words: Markdown without raw HTML, without images, with links only to http(s) and this site.
import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import styles from "./AnswerText.module.css";
import { safeLink } from "./safeLink";

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  // A picture in a document could call home; its description is enough.
  img: ({ alt }) => (alt ? <span>{alt}</span> : null),
  table: ({ children }) => (
    <div className={styles.table}>
      <table>{children}</table>
    </div>
  ),
};

export const AnswerText = memo(function AnswerText({ markdown }: { markdown: string }) {
  return (
    <div className={styles.text}>
      <Markdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={safeLink} skipHtml>
        {markdown}
      </Markdown>
    </div>
  );
});
