import type { AccountState } from "../account/member.ts"
import type { MeteringState } from "../metering/metering-point.ts"
import type { MarketBooks } from "./market-books.ts"

/** Lets registered metering points trade, in the order given: from now on their members' orders find a place in the books. */
export const letTrade = (books: MarketBooks, meteringPoints: ReadonlyArray<string>, metering: MeteringState, accounts: AccountState): void => {
  for (const meteringPoint of meteringPoints) {
    const { member } = metering.points.get(meteringPoint)!
    books.admit({ meteringPoint, member, community: accounts.members.get(member)!.community })
  }
}
