import { execFileSync, spawn } from "node:child_process"
import { createPrivateKey, createPublicKey } from "node:crypto"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, it } from "vitest"
import { answerWith, scriptedDevice } from "../../adapters/modbus/test-support/scripted-device.ts"
import { fateOfReading } from "../../engine/service/ports/driving/refusal-fate.ts"
import { emptyFolder, repository, runCommonwatt, spawnCommonwatt } from "./harness/market-process.ts"
import { removeVillages, village, watch } from "./harness/village.ts"

afterAll(removeVillages)

interface Quality {
  readonly meteringPoint: string
  readonly lastReading: number | null
  readonly issues: ReadonlyArray<{ readonly reason: string }>
}

it("a gateway that is started by hand, as the guides say, is heard by a market whose world file names it", async () => {
  const home = emptyFolder("outside-home")
  const at = (name: string): string => join(home, name)
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", at("gateway.key")], { stdio: "ignore" })
  execFileSync("chmod", ["600", at("gateway.key")])
  execFileSync("openssl", ["req", "-new", "-key", at("gateway.key"), "-subj", "/CN=home-17", "-out", at("gateway.csr")])
  const key = createPublicKey(createPrivateKey(readFileSync(at("gateway.key")))).export({ format: "der", type: "spki" }).subarray(-32).toString("hex")
  const point = { meteringPoint: "AT00001", member: "member-00", direction: "withdrawal", capacityWh: 2_750, limitPrice: 266_000 }
  const one = village("outside", { change: (world) => Object.assign(world, { outsideGateways: [{ name: "home-17", key, meteringPoints: [point] }] }) })
  const market = watch(spawnCommonwatt(["start", "--world", one.worldFile, "--data", one.data, "--from", "2016-03-26", "--no-chain", "--port", "0"]))
  const port = /127\.0\.0\.1:(\d+)/.exec(await market.says(/console: http:\/\/127\.0\.0\.1:\d+/))![1]!
  const url = /https:\S+/.exec(await market.says(/gateways: https:\/\/127\.0\.0\.1:\d+/))![0]
  await market.says("live from")

  const certified = await runCommonwatt(["certify", "--data", one.data, "--request", at("gateway.csr"), "--out", home])
  expect(certified.stderr).toBe("")
  const facts = JSON.parse(certified.stdout) as { readonly area: string; readonly engine: { readonly publicKey: string }; readonly gatewayKey: string }
  expect(facts.gatewayKey).toBe(key)
  const device = await scriptedDevice((asked) => void asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, () => 0))))
  writeFileSync(at("gateway.json"), JSON.stringify({
    area: facts.area,
    engine: { url, authority: "authority.pem", publicKey: facts.engine.publicKey },
    certificate: "gateway.pem", key: "gateway.key", store: "gateway.sqlite", pollSeconds: 1, batch: { readings: 96, seconds: 0 }, clock: "market",
    meters: [{ meteringPoint: "AT00001", member: "member-00", direction: "withdrawal", profile: "eastron-sdm630", host: "127.0.0.1", port: device.port, unit: 1, ratedWatts: 11_000 }]
  }))
  const gateway = spawn(join(repository, "node_modules/node/bin/node"), [join(repository, "adapters/cli/gateway/main.ts"), "--config", at("gateway.json")], { stdio: ["ignore", "ignore", "inherit"] })
  const ended = once(gateway, "exit")
  try {
    let found: Quality | undefined
    while (found?.lastReading == null) {
      await sleep(200)
      const answer = await fetch(`http://127.0.0.1:${port}/api/data-quality?day=2016-03-26`)
      found = ((await answer.json()) as ReadonlyArray<Quality>).find(({ meteringPoint }) => meteringPoint === "AT00001")
    }
    expect(found.issues.filter(({ reason }) => reason in fateOfReading)).toEqual([])
  } finally {
    gateway.kill("SIGTERM")
    expect((await ended)[0]).toBe(0)
    await device.close()
    market.child.kill("SIGTERM")
    await market.ended
  }
})
