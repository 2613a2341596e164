#!/usr/bin/env node
// Builds commonwattd into the cache, once per state of the sources. The path of the binary is printed on stdout.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cacheDir, chainDir, exe, filesBelow, hashOf, run, say } from "./toolbox.mjs"

const binDir = join(cacheDir, "bin")
const binary = join(binDir, `commonwattd${exe}`)
const stamp = join(binDir, "commonwattd.sources")
const versionPackage = "github.com/cosmos/cosmos-sdk/version"
const linkerFlags = `-s -w -X ${versionPackage}.Name=commonwatt -X ${versionPackage}.AppName=commonwattd`
const started = Date.now()
const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`

const goVersion = run("go", ["env", "GOVERSION"]).trim()
const sources = filesBelow(chainDir, (file) => (file.endsWith(".go") && !file.endsWith("_test.go")) || /go\.(mod|sum)$/.test(file))
const wanted = hashOf(sources, `${goVersion} ${process.platform} ${process.arch} ${linkerFlags}`)

if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
  say(`chain: commonwattd is current (${seconds()})`)
} else {
  mkdirSync(binDir, { recursive: true })
  say("chain: fetching Go modules (about 1 GB the first time)")
  run("go", ["mod", "download"])
  say(`chain: compiling commonwattd (3-5 minutes the first time, seconds after that) [${seconds()}]`)
  // A name of its own and a rename: a node that runs from the old binary is not disturbed, and two
  // builds at once cannot leave half a file behind.
  const fresh = `${binary}.${process.pid}`
  // Without -trimpath, so that `go test` and this share one build cache.
  run("go", ["build", `-ldflags=${linkerFlags}`, "-o", fresh, "./cmd/commonwattd"])
  renameSync(fresh, binary)
  writeFileSync(stamp, wanted)
  say(`chain: commonwattd built in ${seconds()}`)
}
process.stdout.write(`${binary}\n`)
