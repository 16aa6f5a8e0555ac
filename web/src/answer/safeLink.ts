// Which addresses in an answer may be followed.

/** The address when it leads to http(s) or stays on this site; empty otherwise. */
export function safeLink(address: string): string {
  const trimmed = address.trim();
  // Browsers drop control characters and read a backslash as a slash, so neither may hide a scheme or a host.
  if (/[\u0000-\u001f\\]/.test(trimmed) || trimmed.startsWith("#")) return "";
  if (/^https?:\/\//i.test(trimmed)) return trimmed;
  const relative = !/^[^/?#]*:/.test(trimmed) && !trimmed.startsWith("//");
  return relative ? trimmed : "";
}
