import { type ClientRequest, type IncomingMessage, request } from "node:http"

/** One event as it stood on the wire. */
export interface WireEvent {
  readonly id?: string
  readonly event?: string
  readonly data?: string
}

/** A reader of server-sent events over a real socket, for tests. */
export interface SseReader {
  readonly status: number
  readonly headers: IncomingMessage["headers"]
  readonly events: ReadonlyArray<WireEvent>
  /** Resolves when `count` trades have come; rejects after five seconds. */
  readonly trades: (count: number) => Promise<ReadonlyArray<number>>
  readonly ended: Promise<void>
  readonly leave: () => void
}

/** Opens a stream and collects what it says. */
export const readEvents = (url: string, headers: Record<string, string> = {}): Promise<SseReader> =>
  new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request(url, { headers: { accept: "text/event-stream", ...headers }, agent: false }, (incoming) => {
      const events: Array<WireEvent> = []
      let text = ""
      incoming.setEncoding("utf8")
      incoming.on("data", (part: string) => {
        const blocks = (text + part).split("\n\n")
        text = blocks.pop()!
        events.push(...blocks.map(parse))
      })
      const ended = new Promise<void>((done) => incoming.once("close", () => done()))
      incoming.on("error", () => {})
      const tradeIds = (): Array<number> => events.filter(({ event }) => event === "trade").map(({ id }) => Number(id))
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        events,
        ended,
        leave: () => outgoing.destroy(),
        trades: async (count) => {
          for (let waited = 0; tradeIds().length < count; waited += 10) {
            if (waited > 5_000) throw new Error(`waited for ${count} trades, got ${tradeIds().join(" ")}`)
            await new Promise((later) => setTimeout(later, 10))
          }
          return tradeIds()
        }
      })
    })
    outgoing.on("error", reject)
    outgoing.end()
  })

const parse = (block: string): WireEvent => Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]))
