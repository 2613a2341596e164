/** Everything that the console says, in English. Another language has the same keys. */
export const en = {
  language: "en-GB",
  title: "Commonwatt",
  loading: "Loading",
  failed: (cause: string) => `This could not be loaded: ${cause}`,
  header: {
    area: "Grid area",
    community: "Community",
    marketTime: "Market time",
    notStarted: "before the first tick",
    speed: (speed: number | "max") => (speed === "max" ? "as fast as it can" : speed === 1 ? "real time" : `${speed} times real time`),
    chain: "Chain",
    chainStates: { running: "running", building: "being built", absent: "absent" }
  },
  stream: {
    live: "Live",
    connecting: "Connecting",
    stale: "Connection lost: what you see is not current. Trying again."
  },
  power: {
    title: "Power now",
    about: (points: number, time: string) => `Newest reading of ${points} metering points, ${time}`,
    none: "No reading yet",
    injected: "Injected by members",
    withdrawn: "Withdrawn by members",
    within: "Within the area",
    fromOutside: "Balance: from outside",
    toOutside: "Balance: to outside",
    summary: (injected: string, withdrawn: string, balance: string) => `Members inject ${injected} and withdraw ${withdrawn}; the balance is ${balance}.`
  },
  today: {
    title: "Today so far",
    about: (periods: number) => (periods === 1 ? "1 delivery period is closed" : `${periods} delivery periods are closed`),
    traded: "Traded between neighbours",
    shared: "Shared in the community",
    residualSupply: "Residual supply",
    feedIn: "Feed-in",
    trades: "Trades"
  },
  trades: {
    title: "Trades as they happen",
    none: "No trade yet. At every quarter hour the members' preferences place their orders for the next delivery period.",
    shown: (count: string, all: string) => (count === all ? `${all} trades` : `The newest ${count} of ${all} trades`),
    announced: (count: number) => (count === 1 ? "1 new trade" : `${count} new trades`),
    columns: { made: "Made", seller: "Seller", buyer: "Buyer", period: "Delivery period", energy: "Energy", price: "Price", value: "Value" }
  },
  member: {
    title: "A member's day",
    pick: "Member",
    option: (member: string, produces: boolean) => (produces ? `${member} (produces)` : member),
    none: "No member yet",
    noValues: "No interval value yet today",
    directions: { injection: "Injected", withdrawal: "Withdrawn" },
    parts: { traded: "traded", shared: "shared", beyond: { injection: "feed-in", withdrawal: "residual supply" }, open: "not closed yet", contracted: "contracted" },
    chart: (direction: string, point: string, total: string) => `${direction} at metering point ${point}: ${total} today, per quarter hour`,
    table: (point: string) => `Intervals of ${point} as a table`,
    columns: { period: "Delivery period", energy: "Energy", quality: "Quality", version: "Version", contracted: "Contracted", traded: "Traded", shared: "Shared" },
    beyond: { injection: "Feed-in", withdrawal: "Residual supply" },
    qualities: { measured: "measured", calculated: "calculated", substitute: "substitute", provisional: "provisional", missing: "missing" },
    preview: "Of today this is a preview; money moves only in the settlement run."
  },
  statement: {
    title: (day: string) => `Statement of ${day}`,
    columns: { point: "Metering point", kind: "Line", energy: "Energy", amount: "Amount" },
    kinds: { market: "Market", imbalance: "Imbalance", sharing: "Sharing", "residual-supply": "Residual supply", "feed-in": "Feed-in" },
    total: "Total",
    versions: (version: number) => `Corrected: this is version ${version}`,
    first: "First run",
    correction: (version: number) => `Version ${version} added`
  },
  changes: {
    title: "Values that changed since the version before",
    columns: { point: "Metering point", period: "Delivery period", before: "Before", after: "Now", source: "By whom, why" },
    sources: { device: "device", estimate: "estimate", operator: "operator", official: "official import" },
    qualities: { measured: "measured", calculated: "calculated", substitute: "substitute", provisional: "provisional", missing: "missing" },
    moved: "What the correction posted, positive in the member's favour",
    movedColumns: { member: "Member", total: "All lines", inEscrow: "Of it between members" },
    nothingMoved: "Nothing: the energy is what it was."
  },
  batches: {
    title: "Settlement runs on the chain",
    none: "No run is recorded yet. A local day is settled after its last delivery period is closed.",
    columns: { period: "Settlement period", version: "Version", status: "Status", height: "Height", transaction: "Transaction", root: "Root", open: "Details" },
    statuses: { waiting: "waiting", submitted: "submitted", anchored: "anchored" },
    open: (period: string) => `Open the batch of ${period}`,
    close: (period: string) => `Close the batch of ${period}`,
    notKnown: "not yet",
    hashes: { runId: "Run", inputsHash: "Inputs hash", resultHash: "Result hash", root: "Merkle root", logHeadHash: "Log head hash", transaction: "Transaction" },
    logPosition: (position: string) => `at log position ${position}`,
    publicRows: "Public rows: what everybody may know",
    rowColumns: { period: "Delivery period", injected: "Injected", withdrawn: "Withdrawn", traded: "Traded", shared: "Shared", lastPrice: "Last price", members: "Members" },
    fewMembers: "fewer than 5"
  },
  quality: {
    title: "Data quality",
    about: "Today's values by quality; what went wrong is counted from the beginning",
    none: "No metering point yet",
    never: "none yet",
    columns: {
      point: "Metering point", last: "Last reading", measured: "Measured", calculated: "Calculated", provisional: "Provisional", substitute: "Estimated", missing: "Missing",
      absent: "Late", clock: "Clock", issues: "What went wrong"
    },
    noClock: "not told",
    clock: { right: "right", ahead: (seconds: string) => `${seconds} s ahead`, behind: (seconds: string) => `${seconds} s behind` },
    categories: {
      refused: "reading refused", gap: "reading numbers missing", register: "register", flag: "value flagged", estimated: "value estimated", gateway: "reading flagged", withheld: "reading withheld",
      clock: "reading dated by a doubted clock"
    },
    issue: (category: string, reason: string, count: string) => (count === "1" ? `${category}: ${reason}` : `${category}: ${reason}, ${count} times`)
  },
  footer: { api: "API documentation", stateHash: "State hash" }
}

/** The keys that every language has. */
export type Words = typeof en
