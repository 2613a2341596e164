import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { PartUnavailable } from "./part.ts"

const run = promisify(execFile)

const oldest = 17
const mend =
  "install a Java 17 runtime (Debian: apt install openjdk-17-jre-headless) or point COMMONWATT_KAFKA_BROKERS at a running broker"

/** The `java` program of JAVA_HOME or the path; throws PartUnavailable when it is missing or older than 17. */
export const findJava = async (part: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const java = env["JAVA_HOME"] ? join(env["JAVA_HOME"], "bin", "java") : "java"
  // The version is printed on standard error, for history's sake.
  const printed = await run(java, ["-version"], { env }).then(({ stderr }) => stderr, () => undefined)
  if (printed === undefined) throw new PartUnavailable({ part, cause: `there is no Java (${java} does not run)`, mend })
  const version = /version "(\d+)/.exec(printed)?.[1] ?? "unknown"
  if (Number(version) >= oldest) return java
  throw new PartUnavailable({ part, cause: `Java ${version} is too old, Kafka needs ${oldest}`, mend })
}
