import { MOST_BOOKS } from "./book/rules.ts"

/** A metering point that may trade, whose it is, and where. */
export interface Trader {
  readonly meteringPoint: string
  readonly member: string
  readonly community: string
}

/** Numbers in order of first mention. */
class Numbers {
  readonly names: Array<string> = []
  private readonly numbers = new Map<string, number>()

  add(name: string): void {
    if (this.numbers.has(name)) return
    this.numbers.set(name, this.names.length)
    this.names.push(name)
  }

  of(name: string): number | undefined {
    return this.numbers.get(name)
  }
}

/**
 * Names of what the books know by number: an account of theirs is a metering point, its beneficial owner the member, and
 * a book's key a delivery period with a community. Numbers are given in the order of registration and stay.
 */
export class Traders {
  readonly list: Array<Trader> = []
  private readonly points = new Numbers()
  private readonly members = new Numbers()
  private readonly communities = new Numbers()

  constructor(list: Iterable<Trader> = []) {
    for (const trader of list) this.add(trader)
  }

  add(trader: Trader): void {
    this.list.push(trader)
    this.points.add(trader.meteringPoint)
    this.members.add(trader.member)
    this.communities.add(trader.community)
  }

  /** A metering point's number, or undefined where it may not trade. */
  accountOf(meteringPoint: string): number | undefined {
    return this.points.of(meteringPoint)
  }

  /** A member's number as beneficial owner, or undefined where no point of the member's may trade. */
  ownerOf(member: string): number | undefined {
    return this.members.of(member)
  }

  memberOf(owner: number): string | undefined {
    return this.members.names[owner]
  }

  /** Communities whose members trade, in the order of their numbers. */
  get homes(): ReadonlyArray<string> {
    return this.communities.names
  }

  /** The number that names the book of a period and a community with traders. */
  keyOf(period: number, community: string): number {
    return period * MOST_BOOKS + this.communities.of(community)!
  }

  /** What `keyOf` was made of; no community where the key was made of none. */
  nameOf(key: number): { readonly period: number; readonly community: string | undefined } {
    return { period: Math.floor(key / MOST_BOOKS), community: this.communities.names[key % MOST_BOOKS] }
  }
}
