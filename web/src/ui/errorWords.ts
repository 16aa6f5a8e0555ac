// What a person is told when a request fails, and what to do about it.
import { ApiError } from "../api/client";
import { useLanguage } from "../i18n/Language";

export interface ErrorWords {
  title: string;
  advice: string | null;
  unauthorized: boolean;
}

/** Whether a stream broke off on its way; the server goes on with the turn. */
export function isBrokenStream(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === "NetworkError");
}

export function useErrorWords(): (error: unknown) => ErrorWords {
  const { text } = useLanguage();
  return (error) => {
    if (!(error instanceof ApiError)) {
      // What the stream itself says went wrong has the server's words; a stream that breaks off has the browser's.
      if (isBrokenStream(error)) return { title: text.interrupted, advice: null, unauthorized: false };
      return { title: text.statusFailed, advice: error instanceof Error ? error.message : null, unauthorized: false };
    }
    const say = (title: string, advice: string | null = error.message) => ({ title, advice, unauthorized: false });
    switch (error.status) {
      case 0:
        return say(text.errorUnreachable, text.errorUnreachableAdvice);
      case 401:
        return { title: text.errorUnauthorized, advice: text.errorUnauthorizedAdvice, unauthorized: true };
      case 403:
        return say(text.errorForbidden);
      case 404:
        return say(text.errorNotFound);
      case 409:
        return say(text.errorConflict);
      case 413:
        return say(text.errorTooLarge);
      case 429:
        return say(text.errorTooMany);
      default:
        return say(error.status >= 500 ? text.errorServer : text.errorOther);
    }
  };
}
