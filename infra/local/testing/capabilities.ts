import { execFileSync } from "node:child_process"

const runs = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** Debian's package tool on a processor that Debian's TimescaleDB is fetched for. */
export const hasApt: boolean = process.platform === "linux" && ["x64", "arm64"].includes(process.arch) && runs("apt-get", "--version")

/** Java and Maven, which fetch and run Kafka. */
export const hasJava: boolean = runs("java", "-version") && runs("mvn", "-v")
