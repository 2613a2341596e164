import type { SerialPort } from "serialport"
import { Closed, ConnectFailed } from "../client/errors.ts"
import type { Link, LinkEvents } from "./link.ts"

/** How bits stand on a serial line. Both ends must agree; a wrong one shows as silence or wrong CRCs. */
export interface SerialSettings {
  readonly baud: number
  readonly dataBits: 7 | 8
  readonly parity: "none" | "even" | "odd"
  readonly stopBits: 1 | 2
}

/** What most meters are delivered with. */
export const defaultBaud = 9_600

const defaults: SerialSettings = { baud: defaultBaud, dataBits: 8, parity: "none", stopBits: 1 }

/** The operating system's reason, taken from serialport's sentence ("Error: No such file or directory, cannot open ..."). */
const codeOf = (error: Error): string => {
  const known: readonly [RegExp, string][] = [
    [/no such file/i, "ENOENT"], [/permission denied/i, "EACCES"], [/busy|lock|temporarily unavailable/i, "EBUSY"],
    [/inappropriate ioctl|not a (tty|typewriter)/i, "ENOTTY"]
  ]
  return known.find(([pattern]) => pattern.test(error.message))?.[1] ?? error.message
}

/** serialport is native and optional: without it every other transport still works. Rejects with ConnectFailed. */
export const loadSerialPort = async (): Promise<typeof SerialPort> => {
  try {
    const { SerialPort: found } = await import("serialport")
    // In a bundle a module that failed once is there at the second import, half made.
    if (typeof found !== "function") throw new Error("its native part did not load")
    return found
  } catch (cause) {
    throw new ConnectFailed("the package serialport, or its native part, is not installed", { cause })
  }
}

/**
 * Opens a serial port for this process alone (no second program can mix its questions in). What stood in its
 * input before is discarded: it answers a question of somebody else.
 */
export const openSerialLink = (
  { device, serial = {} }: { readonly device: string; readonly serial?: Partial<SerialSettings> }, events: LinkEvents
): Link => {
  const { baud, dataBits, parity, stopBits } = { ...defaults, ...serial }
  let port: SerialPort | null = null
  let isDestroyed = false
  const fail = (error: Error): void => {
    if (!isDestroyed) events.ended(error instanceof ConnectFailed ? error : new ConnectFailed(codeOf(error), { cause: error }))
  }
  const close = (): void => {
    if (port?.isOpen) port.close(() => {})
  }
  const ready = (opened: SerialPort): void => {
    if (isDestroyed) return close()
    opened.on("data", (bytes: Buffer) => events.bytes(bytes))
    opened.on("close", () => events.ended(new Closed("the serial port went away")))
    opened.flush(() => { if (!isDestroyed) events.opened() })
  }
  void loadSerialPort().then((Library) => {
    if (isDestroyed) return
    const opened = new Library({ path: device, baudRate: baud, dataBits, parity, stopBits, lock: true, autoOpen: false })
    port = opened
    opened.on("error", (error: Error) => { if (!isDestroyed) events.ended(new Closed(`the serial port broke: ${codeOf(error)}`)) })
    opened.open((error) => (error ? fail(error) : ready(opened)))
  }).catch(fail)
  return {
    write: (bytes) => void port?.write(bytes),
    destroy: () => {
      isDestroyed = true
      port?.removeAllListeners("data").removeAllListeners("close")
      close()
    }
  }
}
