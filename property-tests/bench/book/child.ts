import { fork, type ChildProcess } from "node:child_process"
import { join } from "node:path"
import type { Expected } from "./expected.ts"
import type { Percentiles } from "./percentiles.ts"
import type { Asked, RoundResult } from "./worker.ts"

/** An implementation in a process of its own. */
export interface Measured {
  /** Commands of the flow that it runs. */
  readonly commands: number
  round(): Promise<RoundResult>
  percentiles(): Promise<Percentiles>
  stop(): void
}

const answerOf = <A>(child: ChildProcess, name: string): Promise<A> =>
  new Promise((resolve, reject) => {
    const died = (code: number | null, signal: string | null) => reject(new Error(`the process of ${name} ended with ${code ?? signal}`))
    child.once("exit", died)
    child.once("message", (answer) => {
      child.off("exit", died)
      resolve(answer as A)
    })
  })

const started = (name: string, file: string, orders: number): ChildProcess =>
  fork(join(import.meta.dirname, "worker.ts"), [name, file, String(orders)], { execArgv: ["--expose-gc", "--max-old-space-size=8192"] })

/** Starts an implementation that runs under Node; `orders` is the room for resting orders. */
export const startChild = async (name: string, file: string, orders: number): Promise<Measured> => {
  const child = started(name, file, orders)
  const commands = await answerOf<number>(child, name)
  const ask = <A>(asked: Asked): Promise<A> => {
    const answer = answerOf<A>(child, name)
    child.send(asked)
    return answer
  }
  return { commands, round: () => ask<RoundResult>("round"), percentiles: () => ask<Percentiles>("percentiles"), stop: () => void child.kill() }
}

/** What `commonwatt` must end with, worked out in a process of its own. */
export const expectedOf = async (file: string, orders: number): Promise<Expected> => {
  const child = started("expected", file, orders)
  try {
    return await answerOf<Expected>(child, "the checking books")
  } finally {
    child.kill()
  }
}
