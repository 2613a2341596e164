import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js"
import { createStore, reconcile } from "solid-js/store"
import { ask } from "./ask.ts"

/** An answer of the API that is asked for again and again. */
export interface Refreshed<A> {
  readonly value: A | undefined
  readonly failure: string | undefined
}

/**
 * Keeps the answer to `path` fresh: every `every` milliseconds, and soon after `changes` moved. A new answer is
 * reconciled by `key` (null: by place), so that rows keep their
 * focus and open state. No path, no question.
 */
export const createRefreshed = <A>(path: Accessor<string | undefined>, every: number, changes: Accessor<number>, key: string | null): Refreshed<A> => {
  const [store, setStore] = createStore<{ value: A | undefined; failure: string | undefined }>({ value: undefined, failure: undefined })
  const [asked, setAsked] = createSignal(0)
  let running = 0

  const load = async (current: string): Promise<void> => {
    const turn = ++running
    try {
      const value = await ask<A>(current)
      if (turn !== running) return
      setStore("value", reconcile(value as A | undefined, { key }) as never)
      setStore("failure", undefined)
    } catch (error) {
      if (turn === running) setStore("failure", error instanceof Error ? error.message : String(error))
    }
  }

  createEffect(on(path, () => setStore({ value: undefined, failure: undefined }), { defer: true }))
  createEffect(() => {
    const current = path()
    asked()
    if (current !== undefined) void load(current)
  })
  const timer = window.setInterval(() => setAsked((turn) => turn + 1), every)
  // Many changes at once are one question.
  let soon: number | undefined
  createEffect(
    on(
      changes,
      () => {
        soon ??= window.setTimeout(() => {
          soon = undefined
          setAsked((turn) => turn + 1)
        }, 1_000)
      },
      { defer: true }
    )
  )
  onCleanup(() => {
    window.clearInterval(timer)
    window.clearTimeout(soon)
  })
  return store
}
