import type { TLSSocket } from "node:tls"

const known = new WeakMap<TLSSocket, Uint8Array>()

/**
 * The raw ed25519 key that the client's certificate is over, undefined for any other kind. A gateway signs batches and
 * TLS handshakes with one key, so a certificate is bound to its gateway by the key itself and not by a name in it.
 */
export const presenterOf = (socket: TLSSocket): Uint8Array | undefined => {
  const found = known.get(socket)
  if (found !== undefined) return found
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined || certificate.publicKey.asymmetricKeyType !== "ed25519") return undefined
  const key = new Uint8Array(certificate.publicKey.export({ format: "der", type: "spki" }).subarray(-32))
  known.set(socket, key)
  return key
}
