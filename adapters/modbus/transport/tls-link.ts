import { connect, createServer, type Server, type TLSSocket } from "node:tls"
import { X509Certificate } from "node:crypto"
import { Closed, ConnectFailed } from "../client/errors.ts"
import { roleOf } from "./certificate-role.ts"
import type { Link, LinkEvents } from "./link.ts"
import { linkOver, reportEnd } from "./tcp-link.ts"

/** Our side of a mutual TLS connection, and whom we believe. All in PEM. */
export interface TlsIdentity {
  /** Own certificate with the Modbus role, then any intermediate ones. */
  readonly certificate: string
  readonly key: string
  /** The authority whose signature a device must show. */
  readonly authority: string
  /** The name in the device's certificate, where it is not the host that is connected to. */
  readonly serverName?: string
  /** False accepts a device whose certificate has no role: the specification asks clients for one, not devices. */
  readonly deviceNeedsRole?: boolean
}

/** The object id is in the text, so that whoever runs the authority knows what to add. */
const withoutRole = (whose: string): string => `${whose} certificate carries no Modbus role (extension 1.3.6.1.4.1.50316.802.1)`

const ownProblem = ({ certificate }: TlsIdentity): string | null => {
  try {
    return roleOf(new X509Certificate(certificate).raw) === null ? withoutRole("our own") : null
  } catch {
    return "our own certificate is no PEM certificate"
  }
}

/** A device's refusal of our certificate comes as an alert after the handshake (TLS 1.3). */
const isRefusal = (code: string): boolean => /ALERT|HANDSHAKE_FAILURE|BAD_CERTIFICATE/i.test(code)

/** Opens Modbus/TCP Security: TLS 1.2 or newer, both sides with a certificate, roles as asked. */
export const openTlsLink = (
  { host, port, tls }: { readonly host: string; readonly port: number; readonly tls: TlsIdentity }, events: LinkEvents
): Link => {
  const problem = ownProblem(tls)
  if (problem) return failedLink(problem, events)
  let isOpen = false
  let socket: TLSSocket
  try {
    socket = connect({
      host, port, key: tls.key, cert: tls.certificate, ca: tls.authority, minVersion: "TLSv1.2", rejectUnauthorized: true,
      ...(tls.serverName !== undefined && { servername: tls.serverName })
    })
  } catch (error) {
    return failedLink(`own certificate, key or authority: ${(error as Error).message}`, events)
  }
  socket.setNoDelay(true)
  socket.on("data", (bytes) => events.bytes(bytes))
  socket.prependListener("error", (error: NodeJS.ErrnoException) => {
    if (isOpen && isRefusal(error.code ?? "")) events.ended(new Closed(`the device refused our certificate: ${error.code}`))
  })
  reportEnd(socket, () => isOpen, events)
  socket.once("secureConnect", () => {
    const raw = socket.getPeerX509Certificate()?.raw
    if (tls.deviceNeedsRole !== false && (!raw || roleOf(raw) === null)) return events.ended(new ConnectFailed(withoutRole("the device's")))
    isOpen = true
    events.opened()
  })
  return linkOver(socket)
}

/** A link that cannot be: it reports so after the caller has it. */
const failedLink = (problem: string, events: LinkEvents): Link => {
  let isDestroyed = false
  setImmediate(() => { if (!isDestroyed) events.ended(new ConnectFailed(problem)) })
  return { write: () => {}, destroy: () => { isDestroyed = true } }
}

/**
 * A server for Modbus/TCP Security: it serves only clients whose certificate the authority signed and which
 * carry a role; `serve` gets the role too. Others are disconnected before a byte of theirs is read.
 */
export const createTlsServer = (
  { certificate, key, authority }: TlsIdentity, serve: (socket: TLSSocket, role: string) => void
): Server => {
  const server = createServer({ cert: certificate, key, ca: authority, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" }, (socket) => {
    const raw = socket.getPeerX509Certificate()?.raw
    const role = raw ? roleOf(raw) : null
    if (role === null) return void socket.destroy()
    serve(socket, role)
  })
  server.on("tlsClientError", () => {}) // a client that fails the handshake is refused by the handshake itself
  return server
}
