/** Measured: about 4,260 gas a position and 3,700 a deposit. Half as much again on top costs nothing, fees are zero. */
const perEntry = 6_500
const perApproval = 5_000
const perMessage = 250_000

/** Gas limit of a message with so many positions, deposits or withdrawals. */
export const gasLimit = (entries: number, approvals = 0): number => perMessage + perEntry * entries + perApproval * approvals
