import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, it } from "vitest"
import { answerWith, scriptedDevice } from "../../adapters/modbus/test-support/scripted-device.ts"
import { fateOfReading } from "../../engine/service/ports/driving/refusal-fate.ts"
import { spawnCommonwatt } from "./harness/market-process.ts"
import { outsideHome } from "./harness/outside-home.ts"
import { removeVillages, village, watch } from "./harness/village.ts"

afterAll(removeVillages)

interface Quality {
  readonly meteringPoint: string
  readonly lastReading: number | null
  readonly issues: ReadonlyArray<{ readonly reason: string }>
}

it("a gateway that is started by hand, as the guides say, is heard by a market whose world file names it", async () => {
  const home = outsideHome("home-17")
  const device = await scriptedDevice((asked) => void asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, () => 0))))
  const meters = [{ meteringPoint: "AT00001", member: "member-00", profile: "eastron-sdm630", port: device.port }]
  const one = village("outside", { change: (world) => Object.assign(world, { outsideGateways: [home.inWorld(meters)] }) })
  const market = watch(spawnCommonwatt(["start", "--world", one.worldFile, "--data", one.data, "--from", "2016-03-26", "--no-chain", "--port", "0"]))
  const port = /127\.0\.0\.1:(\d+)/.exec(await market.says(/console: http:\/\/127\.0\.0\.1:\d+/))![1]!
  const url = /https:\S+/.exec(await market.says(/gateways: https:\/\/127\.0\.0\.1:\d+/))![0]
  await market.says("live from")

  const facts = await home.certify(one.data)
  expect(facts.gatewayKey).toBe(home.key)
  home.configure(facts, url, "market", meters)
  const gateway = home.start()
  try {
    let found: Quality | undefined
    while (found?.lastReading == null) {
      await sleep(200)
      const answer = await fetch(`http://127.0.0.1:${port}/api/data-quality?day=2016-03-26`)
      found = ((await answer.json()) as ReadonlyArray<Quality>).find(({ meteringPoint }) => meteringPoint === "AT00001")
    }
    expect(found.issues.filter(({ reason }) => reason in fateOfReading)).toEqual([])
  } finally {
    expect(await gateway.stop(), gateway.said()).toBe(0)
    await device.close()
    market.child.kill("SIGTERM")
    await market.ended
  }
})
