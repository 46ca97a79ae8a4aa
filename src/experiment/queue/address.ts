import { CoppiceError, check, checkInteger } from "../../util/check.js";

/** What comes before the @ in messages that say how an address looks: no secret. */
const FORM = "[[user]:password";

/** Where a queue is, and who asks. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
  /** For messages: the password is left out. */
  readonly shown: string;
}

/**
 * Reads redis[s]://[[user]:password@]host[:port][/db]. The password may be COPPICE_QUEUE_PASSWORD's instead. Throws usage errors that do not
 * repeat the text, as it may hold the password.
 */
export function queueAddress(text: string, env: Readonly<Record<string, string | undefined>>): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const form = `redis://${FORM}@]host[:port][/db], or rediss:// for TLS`;
  const whole = url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== "" && !url.search && !url.hash;
  check(whole, "--queue", () => `the address is not of the form ${form}`);
  const { protocol, hostname, username, password, pathname } = url;
  const db = pathname.replace(/^\//, "");
  check(/^\d*$/.test(db), "--queue", () => `the database is not a number; the form is ${form}`);
  const port = Number(url.port || 6379);
  checkInteger(port, "--queue: the port", 1, 65535);
  const user = decode(username, "user");
  const secret = decode(password, "password") || env.COPPICE_QUEUE_PASSWORD;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port,
    db: Number(db),
    tls: protocol === "rediss:",
    ...(user && { username: user }),
    ...(secret && { password: secret }),
    shown: withoutPassword(text),
  };
}

/** A text with *** for the passwords of addresses in it, escaped ones too, and of their queries. */
export function withoutPassword(text: string): string {
  return text
    .replace(/(rediss?(?::|%3A)(?:\/|%2F){2})(.*)(@|%40)/gis, hideSecret) // whatever is in it, spaces too
    .replace(/([a-z][a-z\d+.-]*:\/\/)(\S*)(@)/gi, hideSecret)
    .replace(/([?&](?:password|pass|pwd|auth|token|secret)=)[^&#\s]*/gi, "$1***");
}

function hideSecret(whole: string, scheme: string, who: string, at: string): string {
  if (who === FORM) return whole;
  const [user, secret] = who.split(/:|%3A/i);
  return `${scheme}${user}${secret === undefined ? "" : ":***"}${at}`;
}

/** A line that another machine said, or a library about it: short, without control characters, and without the password, should it be repeated. */
export function lineFrom(text: string, { password = "" }: Pick<QueueAddress, "password">): string {
  const forms = [password, encodeURIComponent(password), encodeURI(password)].filter((form) => form !== "");
  const hidden = forms.reduce((line, form) => line.replaceAll(form, "***"), text.slice(0, 10_000));
  return withoutPassword(hidden.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")).slice(0, 1000);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CoppiceError(`--queue: the ${what} has a % that begins no escape; write %25 for it`);
  }
}
