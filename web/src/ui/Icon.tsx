// The icons of the page, drawn by hand on a grid of 20.
import type { ReactNode } from "react";

const PATHS = {
  plus: <path d="M10 4v12M4 10h12" />,
  panel: (
    <>
      <rect x="3" y="4" width="14" height="12" rx="2" />
      <path d="M8 4v12" />
    </>
  ),
  pencil: <path d="M4 16l.8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16z" />,
  trash: <path d="M4 6h12M8 6V4.5h4V6M5.5 6l.7 10h7.6l.7-10M8.5 9v4.5M11.5 9v4.5" />,
  check: <path d="M4.5 10.5l3.5 3.5 7.5-8" />,
  cross: <path d="M5 5l10 10M15 5L5 15" />,
  copy: (
    <>
      <rect x="7" y="7" width="9" height="9" rx="1.5" />
      <path d="M13 7V5.5A1.5 1.5 0 0 0 11.5 4h-6A1.5 1.5 0 0 0 4 5.5v6A1.5 1.5 0 0 0 5.5 13H7" />
    </>
  ),
  download: <path d="M10 4v8.5M6.5 9.5L10 13l3.5-3.5M4 16h12" />,
  up: <path d="M10 15.5v-11M5 9.5l5-5 5 5" />,
  down: <path d="M10 4.5v11M5 10.5l5 5 5-5" />,
  stop: <rect x="4.5" y="4.5" width="11" height="11" rx="2" fill="currentColor" stroke="none" />,
  chevron: <path d="M7 5l5.5 5L7 15" />,
  thumbUp: <path d="M7 9l3-5.5c1 0 1.8.8 1.8 1.8V8H15a1.4 1.4 0 0 1 1.4 1.7l-1 5A1.6 1.6 0 0 1 13.8 16H7M7 9v7M7 9H4v7h3" />,
  thumbDown: <path d="M13 11l-3 5.5c-1 0-1.8-.8-1.8-1.8V12H5a1.4 1.4 0 0 1-1.4-1.7l1-5A1.6 1.6 0 0 1 6.2 4H13M13 11V4M13 11h3V4h-3" />,
  sun: (
    <>
      <circle cx="10" cy="10" r="3.2" />
      <path d="M10 2.5v1.7M10 15.8v1.7M2.5 10h1.7M15.8 10h1.7M4.7 4.7l1.2 1.2M14.1 14.1l1.2 1.2M15.3 4.7l-1.2 1.2M5.9 14.1l-1.2 1.2" />
    </>
  ),
  moon: <path d="M16 12.2A6.5 6.5 0 0 1 7.8 4a6.5 6.5 0 1 0 8.2 8.2z" />,
  screen: (
    <>
      <rect x="3" y="4" width="14" height="9.5" rx="1.5" />
      <path d="M7.5 16.5h5M10 13.5v3" />
    </>
  ),
  globe: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M3.2 10h13.6M10 3.2c2 2 2.8 4.3 2.8 6.8s-.8 4.8-2.8 6.8c-2-2-2.8-4.3-2.8-6.8S8 5.2 10 3.2z" />
    </>
  ),
  power: <path d="M10 3.5v6M6 5.8a6 6 0 1 0 8 0" />,
  resize: <path d="M11.5 4H16v4.5M8.5 16H4v-4.5M16 4l-5 5M4 16l5-5" />,
  tag: (
    <>
      <path d="M3.8 4h6L16.5 10.7l-5.8 5.8L4 9.8V4z" />
      <circle cx="7.3" cy="7.3" r="0.9" />
    </>
  ),
  alert: <path d="M10 3.5l7 12.5H3l7-12.5zM10 8.5v3.5M10 14v.3" />,
  question: <path d="M7.5 7.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.9M10 14.5v.2" />,
  arrowRight: <path d="M4 10h11.5M11 5.5l4.5 4.5-4.5 4.5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {PATHS[name]}
    </svg>
  );
}
