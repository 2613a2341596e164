/**
 * The role that a certificate carries (Modbus/TCP Security, MB-TCP-Security-v21 section 7.4): an X.509 extension
 * with an object id of the Modbus Organization and a UTF-8 text as its value. node:crypto does not show
 * extensions that it does not know, so the few nested lengths of DER are walked here.
 */

/** 1.3.6.1.4.1.50316.802.1 as DER writes it. */
const roleOid = Buffer.from("2b0601040183890c862201", "hex")

const tagOf = { octetString: 0x04, objectId: 0x06, utf8String: 0x0c, sequence: 0x30, extensions: 0xa3 }

interface Element {
  readonly tag: number
  readonly value: Buffer
}

/** The elements one after the other; stops where the bytes are no DER. */
const elementsOf = (bytes: Buffer): readonly Element[] => {
  const elements: Element[] = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const tag = bytes[at]!
    const first = bytes[at + 1]!
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    if (lengthBytes > 4 || start > bytes.length) break
    const length = lengthBytes === 0 ? first & 0x7f : bytes.readUIntBE(at + 2, lengthBytes)
    if (first === 0x80 || start + length > bytes.length) break
    elements.push({ tag, value: bytes.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

const inside = (bytes: Buffer | undefined, tag: number): Buffer | undefined =>
  bytes && elementsOf(bytes).find((element) => element.tag === tag)?.value

/**
 * The role in a certificate's DER bytes, or null if it has none. The certificate's signature is not looked at:
 * the TLS handshake has checked it.
 */
export const roleOf = (certificate: Buffer): string | null => {
  const toBeSigned = inside(inside(certificate, tagOf.sequence), tagOf.sequence)
  const extensions = inside(inside(toBeSigned, tagOf.extensions), tagOf.sequence)
  for (const extension of extensions ? elementsOf(extensions) : []) {
    const parts = elementsOf(extension.value)
    if (parts[0]?.tag !== tagOf.objectId || !parts[0].value.equals(roleOid)) continue
    const role = inside(parts.find(({ tag }) => tag === tagOf.octetString)?.value, tagOf.utf8String)
    return role && role.length > 0 ? role.toString("utf8") : null
  }
  return null
}
