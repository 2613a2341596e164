import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { adoptOrStart, type Ports } from "./adopt-or-start.ts"
import { explaining, diskFull, errorText } from "./file-problem.ts"
import { findJava } from "./java.ts"
import { accepts, brokersAnswer } from "./kafka-answers.ts"
import { kafkaLibraries, kafkaVersion } from "./kafka-libraries.ts"
import { brokerProperties, kafkaPortNames, loggingProperties } from "./kafka-settings.ts"
import { PartUnavailable, type PartOptions, type Progress, type RunningPart, silent } from "./part.ts"

const run = promisify(execFile)
const part = "Kafka"

/** A Kafka that answers. */
export interface RunningKafka extends RunningPart {
  /** host:port of each broker to begin with. */
  readonly brokers: readonly string[]
  /** Process id of the broker, for tests that kill it; undefined where it is somebody else's. */
  readonly brokerPid: number | undefined
  /** Version of the broker started here, undefined for somebody else's. */
  readonly version: string | undefined
}

/**
 * Starts (or adopts) a single KRaft node on 127.0.0.1; topics are never made by themselves.
 * COMMONWATT_KAFKA_BROKERS (host:port, separated by commas) names running brokers to use instead; they are only checked.
 * Throws PartUnavailable without Java 17 or Maven, without network at the first start, or when the node stays silent.
 */
export const startKafka = async (options: PartOptions): Promise<RunningKafka> => {
  const env = options.env ?? process.env
  const external = env["COMMONWATT_KAFKA_BROKERS"]
  if (external) return checkExternalBrokers(external.split(",").map((broker) => broker.trim()))
  const java = await findJava(part, env)
  const libraries = await kafkaLibraries(part, options)
  const dataDir = resolve(options.dataDir)
  const progress = options.progress ?? silent
  const server = await adoptOrStart({
    part,
    version: kafkaVersion,
    dataDir,
    progress,
    portNames: kafkaPortNames,
    wantedPorts: options.port === undefined ? {} : { port: options.port },
    prepare: async (ports) => {
      await prepareNode({ java, libraries, dataDir, ports, env, progress })
      const args = [...jvmFlags(dataDir), "-cp", join(libraries, "*"), "kafka.Kafka", propertiesFile(dataDir)]
      return { command: java, args, cwd: dataDir, env }
    },
    answers: async ({ port = 0 }) => (await accepts(port)) && brokersAnswer([`127.0.0.1:${port}`]),
    patience: 60_000,
    stopLadder: [["SIGTERM", 20_000]]
  })
  const brokers = [`127.0.0.1:${server.ports["port"]}`]
  const { pid } = server.process
  return { name: part, pid, brokerPid: pid, adopted: server.adopted, stop: server.stop, brokers, version: kafkaVersion }
}

const propertiesFile = (dataDir: string): string => join(dataDir, "server.properties")
const loggingFile = (dataDir: string): string => join(dataDir, "log4j2.properties")

// A small heap with the simplest collector: the broker's memory is the page cache.
const jvmFlags = (dataDir: string): string[] => [
  "-Xms128m",
  "-Xmx256m",
  "-XX:+UseSerialGC",
  "-Djava.awt.headless=true",
  `-Dlog4j2.configurationFile=${loggingFile(dataDir)}`
]

interface Node {
  readonly java: string
  readonly libraries: string
  readonly dataDir: string
  readonly ports: Ports
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
}

/** Writes the configuration and formats the log folder when it is new. */
const prepareNode = async (node: Node): Promise<void> => {
  const { dataDir, ports, progress } = node
  await explaining(part, dataDir, async () => {
    await writeFile(propertiesFile(dataDir), brokerProperties(dataDir, ports))
    await writeFile(loggingFile(dataDir), loggingProperties(dataDir))
  })
  if (existsSync(join(dataDir, "log", "meta.properties"))) return
  progress({ part, text: "formatting a new log folder" })
  await format(node)
}

const format = async ({ java, libraries, dataDir, env }: Node): Promise<void> => {
  // 16 random bytes are 22 characters, which is what Kafka wants; one that begins with "-" would look like an option.
  const clusterId = randomBytes(16).toString("base64url").replace(/^-/, "A")
  const tool = [...jvmFlags(dataDir), "-XX:TieredStopAtLevel=1", "-cp", join(libraries, "*"), "kafka.tools.StorageTool", "format", "-t", clusterId]
  try {
    await run(java, [...tool, "--ignore-formatted", "-c", propertiesFile(dataDir)], { env, cwd: dataDir })
  } catch (error) {
    const text = errorText(error)
    if (text.includes("No space left on device")) throw diskFull(part, dataDir)
    throw new PartUnavailable({ part, cause: `the log folder cannot be formatted:\n${text}`, mend: `see ${join(dataDir, "kafka.log")}` })
  }
}

const checkExternalBrokers = async (brokers: readonly string[]): Promise<RunningKafka> => {
  if (await brokersAnswer(brokers)) {
    return { name: part, pid: undefined, brokerPid: undefined, adopted: true, stop: async () => {}, brokers, version: undefined }
  }
  const cause = `the brokers named by COMMONWATT_KAFKA_BROKERS (${brokers.join(", ")}) do not answer`
  throw new PartUnavailable({ part, cause, mend: "correct the variable, or unset it to start a broker here" })
}
