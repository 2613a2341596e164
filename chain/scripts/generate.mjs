#!/usr/bin/env node
// Generates Go and TypeScript from chain/proto, the one contract. `--check` changes nothing and fails if the
// committed code is not what the contract says. No protoc: buf runs the two plugins.
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { cacheDir, chainDir, exe, fail, filesBelow, repoDir, run, say } from "./toolbox.mjs"

const gocosmosVersion = "v1.7.2"
const modulePath = "github.com/commonwatt/commonwatt/chain"
const goTarget = join(chainDir, "x/settlement/types")
const tsTarget = join(repoDir, "adapters/cosmos/generated")
const check = process.argv.includes("--check")

/** The Go plugin, in a folder that carries its version. */
function goPlugin() {
  const goBin = join(cacheDir, "go-bin", `gocosmos-${gocosmosVersion}`)
  const plugin = join(goBin, `protoc-gen-gocosmos${exe}`)
  if (!existsSync(plugin)) {
    say(`chain: installing protoc-gen-gocosmos ${gocosmosVersion}`)
    mkdirSync(goBin, { recursive: true })
    // Outside the module: `go install pkg@version` must not meet our replace directives.
    run("go", ["install", `github.com/cosmos/gogoproto/protoc-gen-gocosmos@${gocosmosVersion}`], { cwd: tmpdir(), env: { ...process.env, GOBIN: goBin } })
  }
  return plugin
}

/** The protos that ours import, from the very module versions that the chain is built with. */
function copyThirdParty(target) {
  const moduleDir = (path) => run("go", ["list", "-m", "-f", "{{.Dir}}", path]).trim()
  run("go", ["mod", "download", "github.com/cosmos/gogoproto", "github.com/cosmos/cosmos-proto", "github.com/cosmos/cosmos-sdk"])
  const wanted = [
    ["github.com/cosmos/gogoproto", "gogoproto/gogo.proto", "gogoproto/gogo.proto"],
    ["github.com/cosmos/cosmos-proto", "proto/cosmos_proto/cosmos.proto", "cosmos_proto/cosmos.proto"],
    ["github.com/cosmos/cosmos-sdk", "proto/cosmos/msg/v1/msg.proto", "cosmos/msg/v1/msg.proto"]
  ]
  for (const [path, from, to] of wanted) {
    mkdirSync(dirname(join(target, to)), { recursive: true })
    cpSync(join(moduleDir(path), from), join(target, to))
    // The module cache is read-only, and so would be the copy that has to be removed.
    chmodSync(join(target, to), 0o644)
  }
}

function generateInto(work) {
  cpSync(join(chainDir, "proto"), join(work, "proto"), { recursive: true })
  copyThirdParty(join(work, "third_party"))
  const tsOptions = [
    "forceLong=bigint", "esModuleInterop=true", "importSuffix=.ts", "enumsAsLiterals=true",
    "outputServices=none", "outputJsonMethods=false", "useExactTypes=false", "exportCommonSymbols=false", "removeEnumPrefix=true"
  ]
  const tsPlugin = join(repoDir, "node_modules/ts-proto/protoc-gen-ts_proto")
  writeFileSync(join(work, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n  - path: third_party\n")
  writeFileSync(join(work, "buf.gen.yaml"), JSON.stringify({
    version: "v2",
    plugins: [
      { local: goPlugin(), out: "go", opt: ["plugins=grpc", "Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any"] },
      { local: [process.execPath, tsPlugin], out: "ts", opt: tsOptions }
    ]
  }))
  run(join(repoDir, "node_modules/.bin/buf"), ["generate", "--path", "proto/commonwatt"], { cwd: work })
    // The TypeScript plugin also writes the files that only carry options; nothing imports those.
  for (const unused of ["gogoproto", "cosmos_proto", "cosmos", "google"]) rmSync(join(work, "ts", unused), { recursive: true, force: true })
return { go: join(work, "go", modulePath, "x/settlement/types"), ts: join(work, "ts") }
}

const isGenerated = { go: (file) => file.endsWith(".pb.go"), ts: (file) => file.endsWith(".ts") }

/** Names of files that differ between fresh and committed code, in either direction. */
function differences(fresh, committed, keep) {
  const names = new Set()
  for (const dir of [fresh, committed]) {
    if (existsSync(dir)) for (const file of filesBelow(dir, keep)) names.add(relative(dir, file))
  }
  const read = (dir, name) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), "utf8") : undefined)
  return [...names].filter((name) => read(fresh, name) !== read(committed, name))
}

const work = mkdtempSync(join(tmpdir(), "commonwatt-proto-"))
process.on("exit", () => rmSync(work, { recursive: true, force: true }))
const fresh = generateInto(work)
const pairs = [[fresh.go, goTarget, isGenerated.go], [fresh.ts, tsTarget, isGenerated.ts]]
for (const [dir] of pairs) if (filesBelow(dir).length === 0) fail(`nothing was generated into ${dir}`)

const stale = pairs.flatMap(([from, to, keep]) => differences(from, to, keep).map((name) => join(relative(repoDir, to), name)))
if (check) {
  if (stale.length > 0) fail(`generated code is not current, run node chain/scripts/generate.mjs:\n  ${stale.join("\n  ")}`)
  say("chain: generated code is current")
} else {
  for (const [from, to, keep] of pairs) {
    if (existsSync(to)) for (const file of filesBelow(to, keep)) rmSync(file)
    cpSync(from, to, { recursive: true })
  }
  say(stale.length === 0 ? "chain: nothing has changed" : `chain: regenerated\n  ${stale.join("\n  ")}`)
}
