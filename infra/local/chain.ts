import { existsSync } from "node:fs"
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { adoptOrStart, type Ports } from "./adopt-or-start.ts"
import { cacheFolder, repositoryFolder } from "./cache.ts"
import { chainProgram, runChainProgram } from "./chain-program.ts"
import { PartUnavailable, type PartOptions, type RunningPart, silent } from "./part.ts"

const part = "chain"

export interface ChainOptions extends Omit<PartOptions, "port"> {
  /** The clone whose `chain/` is built; default this one. */
  readonly repoDir?: string
  /** JSON file with authority, submitters and communities; read only when the chain is made. */
  readonly communityFile: string
  readonly chainId: string
  /** Fixed ports by name; default free ones that are remembered. */
  readonly ports?: { readonly rpc?: number; readonly p2p?: number; readonly grpc?: number }
  /** Milliseconds between blocks, used when the chain is made; default what init-demo has. */
  readonly timeoutCommitMs?: number
}

/** A chain of one validator that makes blocks. */
export interface RunningChain extends RunningPart {
  /** http://host:port of CometBFT's RPC. */
  readonly rpcUrl: string
  readonly chainId: string
  readonly home: string
  /** Path of `commonwattd`. */
  readonly program: string
}

/**
 * Builds `commonwattd` if needed, makes a chain when the data folder has none, and starts (or adopts) its node.
 * Throws PartUnavailable without Go, when the build or the genesis fails, or when no block comes.
 */
export const startChain = async (options: ChainOptions): Promise<RunningChain> => {
  const { chainId, progress = silent, env = process.env, repoDir = repositoryFolder } = options
  const cacheDir = options.cacheDir ?? cacheFolder(env, repoDir)
  const program = await chainProgram({ part, repoDir, cacheDir, env, progress })
  const dataDir = resolve(options.dataDir)
  const home = join(dataDir, "home")
  const server = await adoptOrStart({
    part,
    version: await buildMark(program),
    dataDir,
    progress,
    portNames: ["rpc", "p2p", "grpc"],
    wantedPorts: options.ports ?? {},
    prepare: async (ports) => {
      await ensureHome(program, home, options, ports)
      return { command: program, args: ["start", "--home", home, ...listenFlags(ports)], cwd: dataDir, env }
    },
    answers: (ports) => makesBlocks(rpcUrl(ports), chainId),
    patience: 60_000,
    stopLadder: [["SIGTERM", 15_000]]
  })
  const { process: node, ports, adopted, stop } = server
  return { name: part, pid: node.pid, adopted, stop, rpcUrl: rpcUrl(ports), chainId, home, program }
}

/** Names one build, so that a node of older code is not adopted after a rebuild. */
const buildMark = async (program: string): Promise<string> => {
  const { mtimeMs, size } = await stat(program)
  return `commonwattd of ${new Date(mtimeMs).toISOString()}, ${size} bytes`
}

const rpcUrl = (ports: Ports): string => `http://127.0.0.1:${ports["rpc"]}`

// Given at each start, because a remembered port may be taken by then; one line a block would fill the log.
const listenFlags = ({ rpc = 0, p2p = 0, grpc = 0 }: Ports): string[] => [
  "--rpc.laddr", `tcp://127.0.0.1:${rpc}`,
  "--p2p.laddr", `tcp://127.0.0.1:${p2p}`,
  "--grpc.address", `127.0.0.1:${grpc}`,
  "--log_level", "warn",
  "--log_no_color"
]

/** Makes keys and genesis aside and renames them when whole; an existing chain must have the wanted id. */
const ensureHome = async (program: string, home: string, options: ChainOptions, ports: Ports): Promise<void> => {
  if (existsSync(home)) return refuseOtherChain(home, options.chainId)
  const draft = `${home}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const { rpc = 0, p2p = 0, grpc = 0 } = ports
  const args = ["init-demo", "--home", draft, "--chain-id", options.chainId, "--community-file", resolve(options.communityFile)]
  args.push("--rpc-port", String(rpc), "--p2p-port", String(p2p), "--grpc-port", String(grpc))
  if (options.timeoutCommitMs !== undefined) args.push("--timeout-commit", `${options.timeoutCommitMs}ms`)
  await runChainProgram(part, program, args)
  await rename(draft, home)
}

const refuseOtherChain = async (home: string, wanted: string): Promise<void> => {
  const genesis: { chain_id?: string } = JSON.parse(await readFile(join(home, "config", "genesis.json"), "utf8"))
  if (genesis.chain_id === wanted) return
  const cause = `${home} holds the chain ${genesis.chain_id}, not ${wanted}`
  throw new PartUnavailable({ part, cause, mend: "choose another data folder, or the id of that chain" })
}

interface Status {
  readonly result?: { readonly node_info?: { readonly network?: string }; readonly sync_info?: { readonly latest_block_height?: string } }
}

/** True when the node answers for this chain and has a block; fails at once when another chain answers. */
const makesBlocks = async (url: string, chainId: string): Promise<boolean> => {
  const status = await fetch(`${url}/status`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => (await answer.json()) as Status,
    () => undefined
  )
  const network = status?.result?.node_info?.network
  if (network === undefined) return false
  if (network !== chainId) {
    throw new PartUnavailable({ part, cause: `the node at ${url} serves ${network}, not ${chainId}`, mend: "choose another data folder" })
  }
  return Number(status?.result?.sync_info?.latest_block_height ?? 0) >= 1
}
