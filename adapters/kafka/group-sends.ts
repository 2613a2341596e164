interface WaitingSend<T> {
  readonly items: ReadonlyArray<T>
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/**
 * Groups the sends to one partition: while one send runs the next wait, and the next send takes them all, up to
 * `limit` by `size`. There is no timer, so a lone send waits for nobody. The promise rejects with what `send` threw;
 * whoever waited behind a failed send fails with it, so that an outage keeps nobody longer than one send takes.
 */
export const groupSends = <T>(
  send: (items: ReadonlyArray<T>) => Promise<void>,
  size: (item: T) => number,
  limit: number
): ((items: ReadonlyArray<T>) => Promise<void>) => {
  const waiting: WaitingSend<T>[] = []
  let sending = false

  const nextGroup = (): WaitingSend<T>[] => {
    let total = 0
    const fits = ({ items }: WaitingSend<T>): boolean => (total += items.reduce((sum, item) => sum + size(item), 0)) <= limit
    const end = waiting.findIndex((one, index) => !fits(one) && index > 0)
    return waiting.splice(0, end === -1 ? waiting.length : end)
  }

  const drain = async (): Promise<void> => {
    sending = true
    while (waiting.length > 0) {
      const group = nextGroup()
      try {
        await send(group.flatMap(({ items }) => items))
        for (const { resolve } of group) resolve()
      } catch (cause) {
        for (const { reject } of [...group, ...waiting.splice(0)]) reject(cause)
      }
    }
    sending = false
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject })
      if (!sending) void drain()
    })
}
