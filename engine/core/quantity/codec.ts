import { CanonicalReader, NotCanonical } from "./canonical-reader.ts"
import { CanonicalWriter } from "./canonical-writer.ts"
import { compareBytes, toHex } from "./bytes.ts"
import { Invariant } from "./invariant.ts"

/**
 * One description of a value gives its type, its canonical bytes and their strict reading.
 * Commands, events and state are described with it, so hashes, the log and snapshots agree by construction.
 */
export interface Codec<A> {
  write(writer: CanonicalWriter, value: A): void
  read(reader: CanonicalReader): A
}

/** The type that a codec describes. */
export type Infer<C> = C extends Codec<infer A> ? A : never

/** Canonical bytes of a value. */
export const encode = <A>(codec: Codec<A>, value: A): Uint8Array => {
  const writer = new CanonicalWriter()
  codec.write(writer, value)
  return writer.finish()
}

/** The value of canonical bytes; throws NotCanonical on anything else. */
export const decode = <A>(codec: Codec<A>, bytes: Uint8Array): A => {
  const reader = new CanonicalReader(bytes)
  const value = codec.read(reader)
  reader.end()
  return value
}

/** A non-negative integer below 2^53. */
export const unsigned: Codec<number> = {
  write: (writer, value) => writer.unsigned(value),
  read: (reader) => reader.unsigned()
}

/** An integer of magnitude below 2^53: a sign byte, then the magnitude; zero is never negative. */
export const integer: Codec<number> = {
  write: (writer, value) => {
    writer.byte(value < 0 ? 1 : 0)
    writer.unsigned(Math.abs(value))
  },
  read: (reader) => {
    const sign = reader.byte()
    const magnitude = reader.unsigned()
    if (sign > 1 || (sign === 1 && magnitude === 0)) throw new NotCanonical("sign of an integer")
    return sign === 1 ? -magnitude : magnitude
  }
}

/** A BigInt: a sign byte, then the magnitude in big-endian bytes without leading zeros. */
export const bigInteger: Codec<bigint> = {
  write: (writer, value) => {
    const digits = (value < 0n ? -value : value).toString(16)
    const padded = value === 0n ? "" : digits.length % 2 === 0 ? digits : `0${digits}`
    writer.byte(value < 0n ? 1 : 0)
    writer.unsigned(padded.length / 2)
    for (let index = 0; index < padded.length; index += 2) writer.byte(Number.parseInt(padded.slice(index, index + 2), 16))
  },
  read: (reader) => {
    const sign = reader.byte()
    const magnitude = reader.sized()
    if (sign > 1 || (sign === 1 && magnitude.length === 0) || magnitude[0] === 0) throw new NotCanonical("form of a big integer")
    const value = magnitude.length === 0 ? 0n : BigInt(`0x${toHex(magnitude)}`)
    return sign === 1 ? -value : value
  }
}

/** Text in UTF-8. */
export const text: Codec<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text()
}

/** A byte string. */
export const bytes: Codec<Uint8Array> = {
  write: (writer, value) => writer.sized(value),
  read: (reader) => reader.sized()
}

/** True or false. */
export const flag: Codec<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read: (reader) => {
    const value = reader.byte()
    if (value > 1) throw new NotCanonical("form of a flag")
    return value === 1
  }
}

/** One of a fixed list of names; the number on the wire is the place in the list, so lists only ever grow at the end. */
export const choice = <const N extends ReadonlyArray<string>>(names: N): Codec<N[number]> => {
  const numbers = new Map(names.map((name, index) => [name, index]))
  return {
    write: (writer, value) => {
      const number = numbers.get(value)
      if (number === undefined) throw new Invariant(`no such choice: ${value}`)
      writer.unsigned(number)
    },
    read: (reader) => {
      const name = names[reader.unsigned()]
      if (name === undefined) throw new NotCanonical("unknown choice")
      return name
    }
  }
}

/** A list in its own order. */
export const list = <A>(item: Codec<A>): Codec<Array<A>> => ({
  write: (writer, values) => {
    writer.unsigned(values.length)
    for (const value of values) item.write(writer, value)
  },
  read: (reader) => {
    const length = reader.unsigned()
    if (length > reader.remaining) throw new NotCanonical("list longer than its bytes")
    return Array.from({ length }, () => item.read(reader))
  }
})

/** A map, written in the byte order of its keys, whatever the order of insertion. */
export const map = <K, V>(key: Codec<K>, value: Codec<V>): Codec<Map<K, V>> => ({
  write: (writer, entries) => {
    const sorted = [...entries].map(([k, v]) => ({ k: encode(key, k), v })).sort((a, b) => compareBytes(a.k, b.k))
    writer.unsigned(sorted.length)
    for (const entry of sorted) {
      writer.raw(entry.k)
      value.write(writer, entry.v)
    }
  },
  read: (reader) => {
    const length = reader.unsigned()
    if (length > reader.remaining) throw new NotCanonical("map longer than its bytes")
    const result = new Map<K, V>()
    let before: Uint8Array | undefined
    for (let index = 0; index < length; index++) {
      const name = key.read(reader)
      const place = encode(key, name)
      if (before !== undefined && compareBytes(before, place) >= 0) throw new NotCanonical("keys out of order or twice")
      before = place
      result.set(name, value.read(reader))
    }
    return result
  }
})

/** A value or undefined. */
export const optional = <A>(inner: Codec<A>): Codec<A | undefined> => ({
  write: (writer, value) => {
    writer.byte(value === undefined ? 0 : 1)
    if (value !== undefined) inner.write(writer, value)
  },
  read: (reader) => (flag.read(reader) ? inner.read(reader) : undefined)
})

/** Of what is read, only what `check` lets pass; it throws NotCanonical. */
export const checked = <A>(inner: Codec<A>, check: (value: A) => void): Codec<A> => ({
  write: (writer, value) => inner.write(writer, value),
  read: (reader) => {
    const value = inner.read(reader)
    check(value)
    return value
  }
})

type Fields = Record<string, Codec<never>> | Record<string, Codec<any>>
type Struct<F extends Fields> = { -readonly [K in keyof F]: Infer<F[K]> }

/** A record with fields in the order of the description. */
export const struct = <F extends Fields>(fields: F): Codec<Struct<F>> => {
  const entries = Object.entries(fields) as Array<[string, Codec<unknown>]>
  return {
    write: (writer, value) => {
      for (const [name, codec] of entries) codec.write(writer, (value as Record<string, unknown>)[name])
    },
    read: (reader) => {
      const value: Record<string, unknown> = {}
      for (const [name, codec] of entries) value[name] = codec.read(reader)
      return value as Struct<F>
    }
  }
}

/** A description of one kind of command or event: its stable number, its name, its fields. */
export interface Kind<N extends string, A> {
  readonly number: number
  readonly kind: N
  readonly fields: Codec<A>
}

/** Describes a kind; values carry its name in `kind`. Numbers are never reused. */
export const kind = <const N extends string, F extends Fields>(number: number, name: N, fields: F): Kind<N, Struct<F>> => ({
  number,
  kind: name,
  fields: struct(fields)
})

/** The value type of a kind: its fields plus `kind`. */
export type ValueOf<K> = K extends Kind<infer N, infer A> ? { readonly kind: N } & A : never

/** A union of kinds, told apart by number on the wire and by `kind` in the value. */
export const union = <const K extends ReadonlyArray<Kind<string, any>>>(kinds: K): Codec<ValueOf<K[number]>> => {
  const byName = new Map<string, Kind<string, unknown>>(kinds.map((one) => [one.kind, one]))
  const byNumber = new Map<number, Kind<string, unknown>>(kinds.map((one) => [one.number, one]))
  if (byName.size !== kinds.length || byNumber.size !== kinds.length) throw new Invariant("two kinds share a name or number")
  return {
    write: (writer, value) => {
      const found = byName.get(value.kind)
      if (found === undefined) throw new Invariant(`unknown kind: ${value.kind}`)
      writer.unsigned(found.number)
      found.fields.write(writer, value)
    },
    read: (reader) => {
      const found = byNumber.get(reader.unsigned())
      if (found === undefined) throw new NotCanonical("unknown kind")
      return { kind: found.kind, ...(found.fields.read(reader) as object) } as ValueOf<K[number]>
    }
  }
}
