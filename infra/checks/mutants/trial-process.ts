import { fork } from "node:child_process"
import { join } from "node:path"
import type { Answer, Question, Start } from "./messages.ts"

/** What a trial answers; "ended" where it hung and ended itself, or died. */
export type Said = Answer | { readonly kind: "ended" }

/** A process of trial.ts. */
export interface TrialProcess {
  ask(question: Question): Promise<Said>
  end(): void
}

/** Starts a process and lets it load the tests. */
export const startTrial = async (start: Start): Promise<{ readonly trial: TrialProcess; readonly said: Said }> => {
  const child = fork(join(import.meta.dirname, "trial.ts"), [], { execArgv: ["--disable-warning=ExperimentalWarning"], serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"], env: { ...process.env, COMMONWATT_PROPERTY_RUNS: process.env["COMMONWATT_PROPERTY_RUNS"] ?? "0.02" } })
  const trial: TrialProcess = {
    ask: (question) =>
      new Promise((resolve) => {
        const settle = (said: Said) => {
          child.removeAllListeners()
          resolve(said)
        }
        child.once("exit", () => settle({ kind: "ended" }))
        child.once("error", () => settle({ kind: "ended" }))
        child.once("message", (said: Answer) => settle(said))
        if (!child.connected) return settle({ kind: "ended" })
        child.send(question)
      }),
    end: () => void child.kill("SIGKILL")
  }
  return { trial, said: await trial.ask(start) }
}
