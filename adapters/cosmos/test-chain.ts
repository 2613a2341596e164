import { execFile, spawn, type ChildProcess } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { choosePorts } from "../../infra/local/ports.ts"

/** What `commonwattd init-demo` reads. */
export interface CommunityFile {
  readonly authority?: string
  readonly submitters: ReadonlyArray<string>
  readonly communities: ReadonlyArray<{
    readonly id: string
    readonly treasurer: string
    readonly approvers: ReadonlyArray<string>
    readonly threshold: number
    readonly disputeWindowSeconds?: number
  }>
}

/** A real node in a folder of its own on free ports. */
export interface TestChain {
  readonly rpcUrl: string
  readonly chainId: string
  /** Ends the node without warning and starts it again over what it left behind. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

const run = promisify(execFile)
const buildScript = fileURLToPath(new URL("../../chain/scripts/build.mjs", import.meta.url))

/** Builds commonwattd if its sources have changed and gives the path; fails where Go is missing. */
export const buildNode = async (): Promise<string> => (await run(process.execPath, [buildScript])).stdout.trim()

/** Starts a chain with one validator and waits for its first block. */
export const startTestChain = async (communities: CommunityFile, chainId = "commonwatt-test-1"): Promise<TestChain> => {
  const binary = await buildNode()
  const home = await mkdtemp(join(tmpdir(), "commonwattd-"))
  const { rpc, p2p, grpc } = await choosePorts("test chain", ["rpc", "p2p", "grpc"], {}, {})
  const communityFile = join(home, "community.json")
  await writeFile(communityFile, JSON.stringify(communities))
  await run(binary, [
    "init-demo", "--home", home, "--chain-id", chainId, "--community-file", communityFile, "--timeout-commit", "200ms",
    "--rpc-port", `${rpc}`, "--p2p-port", `${p2p}`, "--grpc-port", `${grpc}`
  ])
  const rpcUrl = `http://127.0.0.1:${rpc}`
  let node = await startNode(binary, home, rpcUrl).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true })
    throw error
  })
  return {
    rpcUrl,
    chainId,
    killAndRestart: async () => {
      await end(node, "SIGKILL")
      node = await startNode(binary, home, rpcUrl)
    },
    stop: async () => {
      await end(node, "SIGTERM")
      await rm(home, { recursive: true, force: true })
    }
  }
}

const startNode = async (binary: string, home: string, rpcUrl: string): Promise<ChildProcess> => {
  const node = spawn(binary, ["start", "--home", home, "--log_no_color"], { stdio: ["ignore", "pipe", "pipe"] })
  const output: Array<string> = []
  node.stdout.on("data", (chunk) => output.push(String(chunk)))
  node.stderr.on("data", (chunk) => output.push(String(chunk)))
  try {
    await firstBlock(rpcUrl, node)
    return node
  } catch (error) {
    await end(node, "SIGKILL")
    throw new Error(`commonwattd did not start:\n${output.join("").split("\n").slice(-20).join("\n")}`, { cause: error })
  }
}

const firstBlock = async (rpcUrl: string, node: ChildProcess): Promise<void> => {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (node.exitCode !== null) throw new Error(`it ended with ${node.exitCode}`)
    const status = await fetch(`${rpcUrl}/status`).then((response) => response.json(), () => undefined) as { result?: { sync_info: { latest_block_height: string } } } | undefined
    if (Number(status?.result?.sync_info.latest_block_height ?? 0) >= 1) return
    await sleep(100)
  }
  throw new Error("no block within 30 s")
}

const end = async (node: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (node.exitCode !== null || node.signalCode !== null) return
  const ended = new Promise((resolve) => node.once("exit", resolve))
  node.kill(signal)
  const forced = setTimeout(() => node.kill("SIGKILL"), 10_000)
  await ended
  clearTimeout(forced)
}
