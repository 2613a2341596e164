import { existsSync } from "node:fs"
import { chromium, type Browser } from "playwright-core"

// Without these Chromium calls its maker's hosts, which a closed network refuses, many at a time.
const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

/** A real Chromium: COMMONWATT_CHROMIUM, else Debian's. Its absence is an error that says how to mend it. */
export const launchBrowser = (): Promise<Browser> => {
  const executablePath = process.env["COMMONWATT_CHROMIUM"] ?? "/usr/bin/chromium"
  if (!existsSync(executablePath)) {
    throw new Error(`there is no browser at ${executablePath}: install it (apt-get install chromium) or name another one in COMMONWATT_CHROMIUM`)
  }
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox", ...quiet] : quiet })
}
