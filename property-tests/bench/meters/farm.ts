// The meters: as many as connect to one port, in a process of its own, each answering after the given ms.
import { createServer, type AddressInfo } from "node:net"
import { blockWords, unit } from "./implementation.ts"

const delayMs = Number(process.argv[2])
const answer = Buffer.from([0, 0, 0, 0, 0, 3 + blockWords.length * 2, unit, 4, blockWords.length * 2, ...blockWords.flatMap((word) => [word >> 8, word & 255])])

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {})
  socket.on("data", (asked) => {
    const bytes = Buffer.from(answer)
    bytes[0] = asked[0]!
    bytes[1] = asked[1]!
    if (delayMs === 0) socket.write(bytes)
    else setTimeout(() => socket.write(bytes), delayMs)
  })
})
server.listen({ port: 0, host: "0.0.0.0", backlog: 4_096 }, () => process.send!((server.address() as AddressInfo).port))
process.on("disconnect", () => process.exit(0))
