// Copying to the clipboard, also on pages served without TLS where the modern interface is missing.

/** Whether it worked. */
export async function copyText(content: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(content);
      return true;
    } catch {
      // Refused, for example when the page has no focus: the older way may still work.
    }
  }
  const area = document.createElement("textarea");
  area.value = content;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
