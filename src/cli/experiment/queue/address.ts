import { CoppiceError, check, checkInteger } from "../../../util/check.js";

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
  const form = "redis://[[user]:password@]host[:port][/db], or rediss:// for TLS";
  const whole = url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== "" && !url.search && !url.hash;
  check(whole, "--queue", () => `the address is not of the form ${form}`);
  const { protocol, hostname, username, password, pathname } = url;
  const db = pathname.replace(/^\//, "");
  check(/^\d*$/.test(db), "--queue", () => `the database "${db}" is not a number; the form is ${form}`);
  const port = Number(url.port || 6379);
  checkInteger(port, "--queue: the port", 1, 65535);
  const user = decode(username, "user");
  const secret = decode(password, "password") || env.COPPICE_QUEUE_PASSWORD;
  return {
    ...{ host: hostname.replace(/^\[|\]$/g, ""), port, db: Number(db), tls: protocol === "rediss:" },
    ...(user && { username: user }),
    ...(secret && { password: secret }),
    shown: withoutPassword(text),
  };
}

/** A text with *** for the password of the queue's address in it. */
export function withoutPassword(text: string): string {
  return text.replace(/(rediss?:\/\/[^:/]*):.*@/i, "$1:***@");
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CoppiceError(`--queue: the ${what} has a % that begins no escape; write %25 for it`);
  }
}
