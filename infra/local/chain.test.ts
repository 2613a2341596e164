import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { toBech32 } from "@cosmjs/encoding"
import { describe, expect, test } from "vitest"
import { startChain } from "./chain.ts"
import { PartUnavailable } from "./part.ts"
import { identify } from "./process-record.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"

const { folder, keep } = await temporaryFolder()
const communityFile = join(folder, "community.json")
const options = { dataDir: join(folder, "chain"), communityFile, chainId: "commonwatt-test-1", timeoutCommitMs: 100 }

const address = (fill: number): string => toBech32("watt", new Uint8Array(20).fill(fill))
const community = {
  id: "test",
  treasurer: address(3),
  approvers: ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
  threshold: 1,
  disputeWindowSeconds: 60
}
await writeFile(communityFile, JSON.stringify({ authority: address(1), submitters: [address(2)], communities: [community] }))

test("without Go it says how to get a chain", async () => {
  const refused = await startChain({ ...options, env: { PATH: folder } }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PartUnavailable)
  expect(String(refused)).toMatch(/no Go.*install Go 1\.26/)
})

// Without Go this fails and says so; the first compilation takes minutes where npm test has not built the chain before.
describe("a chain of one validator", () => {
  test("makes blocks, goes on after a restart, and refuses another id", { timeout: 900_000 }, async () => {
    const first = keep(await startChain(options))
    const height = await heightOf(first.rpcUrl)
    expect(height).toBeGreaterThanOrEqual(1)
    expect(keep(await startChain(options))).toMatchObject({ adopted: true, pid: first.pid })
    await first.stop()
    expect(identify(first.pid ?? 0)).toBeUndefined()
    const second = keep(await startChain(options))
    expect(second).toMatchObject({ adopted: false, rpcUrl: first.rpcUrl })
    expect(await heightOf(second.rpcUrl)).toBeGreaterThanOrEqual(height)
    await second.stop()
    await expect(startChain({ ...options, chainId: "another-1" })).rejects.toThrow(/holds the chain commonwatt-test-1/)
  })
})

const heightOf = async (rpcUrl: string): Promise<number> => {
  const status = (await (await fetch(`${rpcUrl}/status`)).json()) as { result: { sync_info: { latest_block_height: string } } }
  return Number(status.result.sync_info.latest_block_height)
}
