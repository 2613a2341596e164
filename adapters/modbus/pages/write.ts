// node adapters/modbus/pages/write.ts: writes docs/meters anew after a profile has changed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { pages } from "./pages.ts"

const folder = new URL("../../../docs/meters/", import.meta.url)

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [file, text] of pages()) writeFileSync(new URL(file, folder), text)
