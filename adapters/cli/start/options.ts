/** What `commonwatt start` was asked for. */
export interface StartOptions {
  readonly profile: "embedded" | "full"
  readonly world: string | undefined
  readonly from: string | undefined
  readonly data: string | undefined
  readonly speed: string
  readonly periods: number | undefined
  readonly exit: boolean
  readonly json: boolean
  readonly chain: boolean
  readonly port: number
  /** Port on which gateways reach the engine; 0 takes a free one. */
  readonly gatewayPort: number
}
