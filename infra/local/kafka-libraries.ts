import { spawn } from "node:child_process"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { cacheFolder, fillOnce } from "./cache.ts"
import { diskFull, errorText } from "./file-problem.ts"
import { PartUnavailable, type PartOptions, silent } from "./part.ts"

/** The broker's version. */
export const kafkaVersion = "4.4.0"

// Kafka brings log4j but nothing that connects slf4j 1.7 to it: without the bridge the broker's lines are dropped.
const dependencies = [
  ["org.apache.kafka", "kafka_2.13", kafkaVersion],
  ["org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5"]
] as const

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>commonwatt</groupId>
  <artifactId>kafka-libraries</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.map(([group, name, version]) => `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`).join("\n")}
  </dependencies>
</project>
`

/** Folder with the broker's jar files, fetched by Maven into the cache folder when they are not there yet. */
export const kafkaLibraries = async (part: string, options: PartOptions): Promise<string> => {
  const env = options.env ?? process.env
  const folder = join(options.cacheDir ?? cacheFolder(env), `kafka-${kafkaVersion}`)
  const progress = options.progress ?? silent
  const fill = (into: string): Promise<void> => fetchLibraries({ part, folder: into, env, progress })
  await fillOnce({ part, folder, key: pom, fill, progress })
  return join(folder, "libs")
}

interface Fetch {
  readonly part: string
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly progress: NonNullable<PartOptions["progress"]>
}

const fetchLibraries = async ({ part, folder, env, progress }: Fetch): Promise<void> => {
  await writeFile(join(folder, "pom.xml"), pom)
  progress({ part, text: `fetching Kafka ${kafkaVersion} with Maven` })
  const args = ["-B", "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(folder, "libs")}`]
  const child = spawn("mvn", args, { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] })
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
  ended.catch(() => {})
  let fetched = 0
  const complaints: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("[ERROR]")) complaints.push(line.slice(8))
    if (/Downloaded from .*\.jar/.test(line) && ++fetched % 5 === 0) progress({ part, text: `fetching Kafka ${kafkaVersion}, ${fetched} files` })
  }
  const code = await ended.catch((error: unknown) => noMaven(part, error))
  if (code !== 0) throw failedFetch(part, folder, complaints.slice(0, 3).join("\n"))
}

const noMaven = (part: string, error: unknown): never => {
  throw new PartUnavailable({
    part,
    cause: `Kafka is fetched with Maven, which does not run (${errorText(error)})`,
    mend: "install Maven (Debian: apt install maven) or point COMMONWATT_KAFKA_BROKERS at a running broker"
  })
}

const failedFetch = (part: string, folder: string, complaints: string): PartUnavailable =>
  complaints.includes("No space left on device")
    ? diskFull(part, folder)
    : new PartUnavailable({
        part,
        cause: `Maven could not fetch Kafka:\n${complaints}\n`,
        mend: "see that Maven Central or the mirror in Maven's settings can be reached, or point COMMONWATT_KAFKA_BROKERS at a running broker"
      })
